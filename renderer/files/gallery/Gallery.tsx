/** All pictures, voice messages, files and links of one chat, or of all chats. */
import { MessageSquareText } from "lucide-react";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import type { Shelf as ShelfName } from "../../../shared/files/file-kind.ts";
import type { LinkItem, MediaItem } from "../../../shared/ipc/media.ts";
import type { CommandArgs } from "../../../shared/ipc/index.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { isReadable } from "../../state/files/fetched-files.ts";
import { useNavigation } from "../../state/navigation.ts";
import { openLink } from "../../state/uri.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Select } from "../../ui/fields/Select.tsx";
import { segments } from "../../ui/text/links.ts";
import { Tabs } from "../../ui/Tabs.tsx";
import { AudioPlayer } from "../player/AudioPlayer.tsx";
import { FileCard } from "../FileCard.tsx";
import { fileKeyOf, showInChat, useOrigin } from "../media-item.ts";
import { usePages } from "../media-pages.ts";
import { filesText, isShowable } from "../file-text.ts";
import { Picture } from "../Picture.tsx";
import { useFetch } from "../use-fetch.ts";
import styles from "./Gallery.module.css";
import { Shelf } from "./Shelf.tsx";
import { VideoTile } from "./VideoTile.tsx";

export interface GalleryProps {
  /** Null: of all chats. */
  chat: ChatKey | null;
  onClose(): void;
}

const PAGE = 60;
const TILE = 132;

/** The links of a text. */
const linksIn = (body: string) => segments(body).filter((one) => one.kind === "link");
const keyOf = ({ id, file }: MediaItem): string => `${id} ${file}`;

function useShelf(chat: ChatKey | null, shelf: ShelfName) {
  const account = chat?.account ?? null;
  const jid = chat?.jid ?? null;
  const load = useCallback(
    (after: MediaItem | null) =>
      call("media.page", {
        chat: account === null || jid === null ? null : { account, jid },
        shelf,
        from: after === null ? null : { sentAt: after.sentAt, id: after.id, file: after.file },
        direction: "older",
        limit: PAGE,
      }),
    [account, jid, shelf],
  );
  return usePages(load);
}

type Messages = CommandArgs<"media.links">;
const starred = (args: Messages) => call("media.starred", args);
const withLinks = (args: Messages) => call("media.links", args);

/** @param read returns a page of messages, newest first; the same function each time */
function useMessages<T extends LinkItem>(
  read: (args: Messages) => Promise<{ items: T[]; hasMore: boolean }>,
  chat: ChatKey | null,
) {
  const account = chat?.account ?? null;
  const jid = chat?.jid ?? null;
  const load = useCallback(
    (after: T | null) =>
      read({
        chat: account === null || jid === null ? null : { account, jid },
        before: after === null ? null : { sentAt: after.sentAt, id: after.id },
        limit: PAGE,
      }),
    [read, account, jid],
  );
  return usePages(load);
}

export default function Gallery({ chat: given, onClose }: GalleryProps) {
  const t = useText();
  const [tab, setTab] = useState<ShelfName | "starred" | "links">("visual");
  const [scope, setScope] = useState<"chat" | "all">(given === null ? "all" : "chat");
  const chat = scope === "all" ? null : given;
  return (
    <Dialog isOpen size="large" title={t("gallery.title")} onClose={onClose}>
      <div className={styles.gallery}>
        {given !== null && (
          <Select<"chat" | "all">
            label={t("gallery.scope")}
            hideLabel
            choices={[
              { id: "chat" as const, label: t("gallery.thisChat") },
              { id: "all" as const, label: t("gallery.allChats") },
            ]}
            value={scope}
            onChange={setScope}
          />
        )}
        <Tabs<ShelfName | "starred" | "links">
          label={t("gallery.title")}
          fill
          selected={tab}
          onSelect={setTab}
          tabs={[
            { id: "visual", label: t("gallery.visual"), content: <Visual chat={chat} /> },
            { id: "audio", label: t("gallery.audio"), content: <Files chat={chat} shelf="audio" onClose={onClose} /> },
            {
              id: "document",
              label: t("gallery.documents"),
              content: <Files chat={chat} shelf="document" onClose={onClose} />,
            },
            {
              id: "starred",
              label: t("gallery.starred"),
              content: <Starred chat={chat} onClose={onClose} />,
            },
            { id: "links", label: t("gallery.links"), content: <Links chat={chat} onClose={onClose} /> },
          ]}
        />
      </div>
    </Dialog>
  );
}

function Visual({ chat }: { chat: ChatKey | null }) {
  const t = useText();
  const pages = useShelf(chat, "visual");
  return (
    <Shelf label={t("gallery.visual")} pages={pages} tile={TILE} empty={t("gallery.noVisual")} keyOf={keyOf}>
      {(item) => <Tile item={item} chat={chat} />}
    </Shelf>
  );
}

function Tile({ item, chat }: { item: MediaItem; chat: ChatKey | null }) {
  const of = useMemo(() => fileKeyOf(item), [item]);
  const open = (): void => useNavigation.getState().showDialog({ kind: "viewer", chat, at: item });
  return item.shared.kind === "video" ? (
    <VideoTile file={item.shared} onOpen={open} />
  ) : (
    <Picture of={of} file={item.shared} isTile onOpen={open} />
  );
}

function Files({ chat, shelf, onClose }: { chat: ChatKey | null; shelf: "audio" | "document"; onClose(): void }) {
  const t = useText();
  const pages = useShelf(chat, shelf);
  const isSound = shelf === "audio";
  return (
    <Shelf
      label={t(isSound ? "gallery.audio" : "gallery.documents")}
      pages={pages}
      tile={null}
      empty={t(isSound ? "gallery.noAudio" : "gallery.noDocuments")}
      keyOf={keyOf}
    >
      {(item) => (
        <Entry item={item} isNamed={chat === null} onClose={onClose}>
          {isSound ? <Sound item={item} /> : <Paper item={item} chat={chat} />}
        </Entry>
      )}
    </Shelf>
  );
}

function Sound({ item }: { item: MediaItem }) {
  const of = useMemo(() => fileKeyOf(item), [item]);
  return <AudioPlayer of={of} file={item.shared} />;
}

function Paper({ item, chat }: { item: MediaItem; chat: ChatKey | null }) {
  const of = useMemo(() => fileKeyOf(item), [item]);
  const { shared } = item;
  const t = useText();
  const { isUnfit, isBusy, fetch } = useFetch(of, shared, null, isReadable, false);
  const open = (): void => useNavigation.getState().showDialog({ kind: "viewer", chat, at: item });
  return (
    <FileCard
      of={of}
      file={shared}
      isOwn={item.direction === "out"}
      note={isUnfit ? t("document.unfit") : null}
      isBusy={isBusy}
      onShow={isShowable(shared) && !isUnfit ? () => void fetch().then((found) => found !== null && open()) : null}
    />
  );
}

function Starred({ chat, onClose }: { chat: ChatKey | null; onClose(): void }) {
  const t = useText();
  const pages = useMessages(starred, chat);
  return (
    <Shelf
      label={t("gallery.starred")}
      pages={pages}
      tile={null}
      empty={t("gallery.noStarred")}
      keyOf={({ id }) => String(id)}
    >
      {(item) => (
        <Entry item={item} isNamed={chat === null} onClose={onClose}>
          <span className={styles.text} dir="auto" tabIndex={0}>
            {item.files === null ? item.body : filesText(item.files, item.body, t)}
          </span>
        </Entry>
      )}
    </Shelf>
  );
}

function Links({ chat, onClose }: { chat: ChatKey | null; onClose(): void }) {
  const t = useText();
  const pages = useMessages(withLinks, chat);
  return (
    <Shelf
      label={t("gallery.links")}
      pages={pages}
      tile={null}
      empty={t("gallery.noLinks")}
      keyOf={({ id }) => String(id)}
    >
      {(item) => (
        <Entry item={item} isNamed={chat === null} onClose={onClose}>
          <span className={styles.links}>
            {linksIn(item.body).map((link, at) => (
              <a
                key={at}
                href={link.target}
                dir="auto"
                rel="noopener noreferrer nofollow"
                onClick={(event) => {
                  event.preventDefault();
                  openLink(link.target);
                }}
              >
                {link.text}
              </a>
            ))}
          </span>
        </Entry>
      )}
    </Shelf>
  );
}

/** An item with its author and time, and the way to its message. */
function Entry({
  item,
  isNamed,
  onClose,
  children,
}: {
  item: MediaItem | LinkItem;
  isNamed: boolean;
  onClose(): void;
  children: ReactNode;
}) {
  const t = useText();
  const formats = useFormats();
  const { chat, author } = useOrigin(item);
  return (
    <div className={styles.entry}>
      <div className={styles.content}>
        {children}
        <span className={styles.origin}>
          <bdi>{author}</bdi>
          {isNamed && chat !== author && (
            <>
              {" · "}
              <bdi>{chat}</bdi>
            </>
          )}
          {` · ${formats.dateTime(item.sentAt)}`}
        </span>
      </div>
      <IconButton size="small" label={t("viewer.jump")} onPress={() => showInChat(item, onClose)}>
        <MessageSquareText />
      </IconButton>
    </div>
  );
}
