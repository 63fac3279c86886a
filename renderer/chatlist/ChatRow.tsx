/** One chat of the list. Renders again only when this chat, its contact or its draft changes. */
import { isFull, resourceOf } from "../../shared/jid-parts.ts";
import { AtSign, BellOff, FileWarning, LockKeyhole, PhoneMissed, Pin, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { actionIn, withAction } from "../../shared/text/action.ts";
import type { Chat } from "../../shared/model/chat.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { NameLine } from "../contact/NameLine.tsx";
import { nameOf, privateName, useOwnName } from "../state/names.ts";
import { composingText } from "../conversation/composing/composing-text.ts";
import { Dots } from "../conversation/composing/Dots.tsx";
import { DeliveryIcon } from "../conversation/message/DeliveryIcon.tsx";
import { FILE_ICONS, filesText } from "../files/file-text.ts";
import { listTime } from "../conversation/timeline/day-label.ts";
import { isUnreadable, problemText } from "../conversation/message/reading-problem.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { useChats } from "../state/chats.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { roomName, useRooms } from "../state/rooms/rooms.ts";
import { useComposers } from "../state/messages/composers.ts";
import { useDrafts } from "../state/messages/drafts.ts";
import { useNavigation } from "../state/navigation.ts";
import { Badge } from "../ui/Badge.tsx";
import { isolated } from "../ui/nickname.ts";
import { classNames } from "../ui/class-names.ts";
import styles from "./ChatRow.module.css";

export interface ChatRowProps {
  id: string;
  index: number;
  /** Reached by Tab; the others by arrows. */
  isTabStop: boolean;
  today: number;
  onMenu(chat: Chat, name: string, x: number, y: number): void;
}

/** The room of an occupant: the nickname begins after the slash. */
const roomIdOf = (id: string): string => id.slice(0, id.indexOf("/"));

/** The preview in one line; white space and line breaks become single spaces. */
const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

export const ChatRow = memo(function ChatRow({ id, index, isTabStop, today, onMenu }: ChatRowProps) {
  const t = useText();
  const formats = useFormats();
  const chat = useChats((state) => state.byId.get(id));
  const contact = useContacts((state) => state.byId.get(id));
  const room = useRooms((state) => state.byId.get(chat?.kind === "private" ? roomIdOf(id) : id));
  const draft = useDrafts((state) => state.byId[id]);
  const own = useOwnName(chat?.account, room);
  const composers = useComposers(id);
  const isOpen = useNavigation(({ openChat }) => openChat !== null && `${openChat.account} ${openChat.jid}` === id);
  if (chat === undefined) return null;
  const isRoom = chat.kind === "room";
  const name = isRoom
    ? roomName(room, chat.jid)
    : isFull(chat.jid)
      ? privateName(chat.jid, room)
      : nameOf(contact, chat.jid);
  const nickname = isFull(chat.jid) ? resourceOf(chat.jid) : null;
  const { last } = chat;
  // Unread messages without notification are shown less prominently.
  const isQuiet =
    chat.muted || (isRoom && (room?.notify === "none" || (room?.notify === "mentions" && chat.mentions === 0)));
  const isSilent = chat.muted || (isRoom && room?.notify === "none");
  const composing =
    composers === undefined ? null : isRoom ? composingText(composers, null, t) : t("chat.composingShort");
  const showDraft = draft !== undefined && !isOpen && composing === null;
  const isAction = last !== null && !showDraft && actionIn(last.text) !== null;
  const actor =
    last?.direction === "out" ? (isRoom ? (last.nickname ?? own) : own) : (last?.nickname ?? nickname ?? name);
  const text = last === null ? "" : oneLine(isAction ? withAction(last.text, isolated(actor)) : last.text);
  const time = listTime(chat.activityAt, today, t, formats);
  const preview = showDraft
    ? oneLine(draft.slice(0, 200))
    : last === null
      ? t("chat.noMessages")
      : last.retracted
        ? t("chat.gone")
        : last.problem !== null
          ? problemText(last.problem, t)
          : last.files !== null
            ? filesText(last.files, text, t)
            : last.text === ""
              ? t("chat.emptied")
              : text;
  const FileIcon = showDraft || last === null || last.files === null ? null : FILE_ICONS[last.files.kind];
  const writer =
    isRoom && last !== null && last.problem === null && !showDraft && !isAction
      ? last.direction === "out"
        ? t("chat.you")
        : last.nickname
      : null;
  const label = [
    name,
    isRoom && t("room.group"),
    nickname !== null && t("private.label"),
    (isRoom || nickname !== null) && room?.state.state === "out" && t("room.notIn"),
    contact !== undefined && t(`presence.${contact.show}`),
    chat.unread > 0 && t("chat.unread", { count: chat.unread }),
    chat.mentions > 0 && t("room.mentions", { count: chat.mentions }),
    composing !== null
      ? composing
      : showDraft
        ? `${t("chat.draft")} ${preview}`
        : last?.direction === "out" && !isAction
          ? `${t("chat.you")}: ${preview}`
          : writer !== null
            ? `${writer}: ${preview}`
            : preview,
    last?.delivery != null && !showDraft && composing === null && t(`chat.${last.delivery}`),
    time,
    chat.pinned && t("chat.pinned"),
    isSilent && t("chat.muted"),
  ];
  return (
    <button
      type="button"
      className={classNames(styles.row, isOpen && styles.open, chat.unread > 0 && styles.unread)}
      data-index={index}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isOpen ? "true" : undefined}
      onClick={() => useNavigation.getState().open(chat)}
      onContextMenu={(event) => {
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        // Events from the keyboard have no position.
        const fromKeys = event.clientX === 0 && event.clientY === 0;
        onMenu(chat, name, fromKeys ? box.left + 56 : event.clientX, fromKeys ? box.top + 40 : event.clientY);
      }}
    >
      <span className={styles.spoken}>{label.filter(Boolean).join(", ")}</span>
      <Portrait
        account={chat.account}
        of={chat.jid}
        jid={nickname ?? chat.jid}
        name={nickname ?? name}
        isGroup={isRoom}
        show={isRoom ? undefined : contact?.show}
      />
      <span className={styles.words} aria-hidden="true">
        <span className={styles.line}>
          <NameLine className={styles.name} name={name} isAddress={name === chat.jid} />
          {isSilent && <BellOff className={styles.sign} />}
          {last?.direction === "out" && last.delivery !== null && !showDraft && (
            <DeliveryIcon delivery={last.delivery} />
          )}
          <time className={styles.time}>{time}</time>
        </span>
        <span className={styles.line}>
          {composing !== null ? (
            <span className={classNames(styles.preview, styles.composing)}>
              <Dots />
              {composing}
            </span>
          ) : (
            <span className={styles.preview}>
              {showDraft && <span className={styles.draft}>{t("chat.draft")} </span>}
              {last?.problem != null &&
                !showDraft &&
                (last.problem === "call" ? (
                  <PhoneMissed className={styles.locked} />
                ) : isUnreadable(last.problem) && last.problem !== "encrypted" ? (
                  <FileWarning className={styles.locked} />
                ) : (
                  <LockKeyhole className={styles.locked} />
                ))}
              {writer !== null && (
                <>
                  <bdi className={styles.writer}>{writer}</bdi>
                  {": "}
                </>
              )}
              {FileIcon !== null && <FileIcon className={styles.locked} />}
              <bdi>{preview}</bdi>
            </span>
          )}
          {room?.state.state === "out" && <TriangleAlert className={styles.warning} />}
          {chat.mentions > 0 && (
            <span className={styles.mention} data-muted={isSilent || undefined}>
              <AtSign />
            </span>
          )}
          {chat.unread > 0 ? (
            <Badge count={chat.unread} tone={isQuiet ? "muted" : "accent"} />
          ) : (
            chat.pinned && <Pin className={styles.sign} />
          )}
        </span>
      </span>
    </button>
  );
});
