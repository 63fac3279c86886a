/** Shows one picture, video or document over the whole window, and leads through those of its chat. */
import {
  ChevronLeft,
  ChevronRight,
  Copy,
  Download,
  Forward,
  MessageSquareText,
  X,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { MediaItem } from "../../../shared/ipc/media.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { attempt } from "../../state/act.ts";
import { isPicture } from "../../state/files/fetched-files.ts";
import { call } from "../../state/ipc.ts";
import { showToast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/feedback/Spinner.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { copyPicture } from "./copy-picture.ts";
import { Animation } from "../Animation.tsx";
import { shareFile } from "../share-file.ts";
import { fileKeyOf, showInChat, useOrigin } from "../media-item.ts";
import { useFetch } from "../use-fetch.ts";
import { useSave } from "../use-save.ts";
import { VideoPlayer } from "../player/VideoPlayer.tsx";
import { Document } from "./Document.tsx";
import styles from "./Viewer.module.css";
import { CLOSEST, useZoom } from "./use-zoom.ts";

export interface ViewerProps {
  /** The chat whose files it leads through; null: those of all. */
  chat: ChatKey | null;
  at: MediaItem;
  onClose(): void;
}

const PAGE = 30;
/** So near to an end the next page is loaded. */
const AHEAD = 5;

const isSame = (one: MediaItem, other: MediaItem): boolean => one.id === other.id && one.file === other.file;

/** The files around the first one, oldest first, loaded on the way. */
function useRow(chat: ChatKey | null, first: MediaItem): { row: readonly MediaItem[]; load(at: number): void } {
  const [row, setRow] = useState<readonly MediaItem[]>([first]);
  const [ends, setEnds] = useState({ older: true, newer: true });
  const [isLoading, setLoading] = useState(false);

  const page = useCallback(
    async (from: MediaItem, direction: "older" | "newer") => {
      const place = { sentAt: from.sentAt, id: from.id, file: from.file };
      const { items, hasMore } = await call("media.page", {
        chat,
        shelf: first.shared.kind === "document" ? "document" : "visual",
        from: place,
        direction,
        limit: PAGE,
      });
      setRow((before) => (direction === "older" ? [...items.toReversed(), ...before] : [...before, ...items]));
      setEnds((before) => ({ ...before, [direction]: hasMore }));
    },
    [chat, first.shared.kind],
  );

  return {
    row,
    load(at) {
      if (isLoading) return;
      const isOlder = at < AHEAD && ends.older;
      const isNewer = at >= row.length - AHEAD && ends.newer;
      if (!isOlder && !isNewer) return;
      setLoading(true);
      const [oldest, newest] = [row[0]!, row.at(-1)!];
      void Promise.all([isOlder && page(oldest, "older"), isNewer && page(newest, "newer")])
        .catch((error: unknown) => {
          logged("the files of a chat could not be listed")(error);
          setEnds({ older: false, newer: false });
        })
        .finally(() => setLoading(false));
    },
  };
}

export default function Viewer({ chat, at: first, onClose }: ViewerProps) {
  const t = useText();
  const formats = useFormats();
  const { row, load } = useRow(chat, first);
  const [item, setItem] = useState(first);
  const at = row.findIndex((one) => isSame(one, item));
  useEffect(() => load(at));
  const root = useRef<HTMLDivElement>(null);
  // A button that was pressed may be gone: the keys must not go with it.
  useEffect(() => {
    if (root.current?.contains(document.activeElement) === false) root.current.focus();
  }, [item, row.length]);
  const go = (by: 1 | -1): void => {
    const next = row[at + by];
    if (next !== undefined) setItem(next);
  };
  const { shared } = item;
  const { author } = useOrigin(item);

  function onKeyDown(event: KeyboardEvent): void {
    if ((event.target as Element).matches("video, [data-scrolls]")) return;
    if (event.key === "ArrowLeft") go(-1);
    else if (event.key === "ArrowRight") go(1);
    else return;
    event.preventDefault();
  }

  return (
    <ModalOverlay isOpen onOpenChange={(open) => !open && onClose()} className={styles.overlay ?? ""}>
      <Modal className={styles.modal ?? ""}>
        <Dialog
          aria-label={t(shared.kind === "document" ? "document.title" : "viewer.title", { name: shared.name })}
          className={styles.dialog ?? ""}
        >
          <div ref={root} className={styles.viewer} tabIndex={-1} onKeyDown={onKeyDown}>
            <header className={styles.head}>
              <span className={styles.words}>
                <bdi className={styles.author}>{author}</bdi>
                <span className={styles.time}>{formats.dateTime(item.sentAt)}</span>
              </span>
              <Tools item={item} onJump={() => showInChat(item, onClose)} />
              <IconButton label={t("common.close")} shortcut="Esc" onPress={onClose}>
                <X />
              </IconButton>
            </header>
            <div className={styles.stage}>
              {shared.kind === "document" ? (
                <Document key={`${item.id} ${item.file}`} item={item} />
              ) : (
                <Shown key={`${item.id} ${item.file}`} item={item} />
              )}
              {at > 0 && (
                <span className={styles.previous}>
                  <IconButton label={t("viewer.previous")} shortcut="←" onPress={() => go(-1)}>
                    <ChevronLeft />
                  </IconButton>
                </span>
              )}
              {at < row.length - 1 && (
                <span className={styles.next}>
                  <IconButton label={t("viewer.next")} shortcut="→" onPress={() => go(1)}>
                    <ChevronRight />
                  </IconButton>
                </span>
              )}
            </div>
            <footer className={styles.foot}>
              <bdi>{shared.name}</bdi>
              {shared.size !== null && <span>{formats.bytes(shared.size)}</span>}
            </footer>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Tools({ item, onJump }: { item: MediaItem; onJump(): void }) {
  const t = useText();
  const { isSaving, save } = useSave(fileKeyOf(item));
  return (
    <>
      {item.shared.kind === "picture" && (
        <IconButton
          label={t("viewer.copy")}
          onPress={() =>
            void attempt(copyPicture(fileKeyOf(item), item.shared)).then(
              (isDone) => isDone && showToast({ tone: "success", text: t("viewer.copied") }),
            )
          }
        >
          <Copy />
        </IconButton>
      )}
      <IconButton
        label={t("attachment.saveNamed", { name: item.shared.name })}
        isDisabled={isSaving || item.shared.host === null}
        onPress={() => void save()}
      >
        <Download />
      </IconButton>
      <IconButton label={t("viewer.share")} onPress={() => void attempt(shareFile(fileKeyOf(item), item.shared))}>
        <Forward />
      </IconButton>
      <IconButton label={t("viewer.jump")} onPress={onJump}>
        <MessageSquareText />
      </IconButton>
    </>
  );
}

function Shown({ item }: { item: MediaItem }) {
  const t = useText();
  const { shared } = item;
  const [key] = useState(() => fileKeyOf(item));
  const { fetched, isUnfit, isBusy, fetch } = useFetch(key, shared, null, isPicture, shared.kind === "picture");
  const [isBroken, setBroken] = useState(false);
  const { setBox, handlers, style, isZoomed, scale, by } = useZoom();
  if (shared.kind === "video") {
    return (
      <span className={styles.video}>
        <VideoPlayer of={key} file={shared} />
      </span>
    );
  }
  if (isUnfit || isBroken) return <p className={styles.note}>{t("attachment.noPicture")}</p>;
  if (fetched === null) {
    return isBusy ? (
      <Spinner size="2rem" label={t("attachment.working")} />
    ) : (
      <Button onPress={() => void fetch()}>{t("attachment.show")}</Button>
    );
  }
  return (
    <>
      <div className={styles.pan} ref={setBox} {...handlers} data-zoomed={isZoomed || undefined}>
        <Animation
          fetched={fetched}
          name={shared.name}
          className={styles.picture}
          style={style}
          onError={() => setBroken(true)}
        />
      </div>
      <span className={styles.zoom}>
        <IconButton label={t("viewer.smaller")} shortcut="−" isDisabled={!isZoomed} onPress={() => by(1 / 1.5)}>
          <ZoomOut />
        </IconButton>
        <IconButton label={t("viewer.larger")} shortcut="+" isDisabled={scale >= CLOSEST} onPress={() => by(1.5)}>
          <ZoomIn />
        </IconButton>
      </span>
    </>
  );
}
