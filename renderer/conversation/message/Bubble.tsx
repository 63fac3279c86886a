/** One message: bubble, time, protection, delivery state, and actions if it failed or is unreadable. */
import { Star } from "lucide-react";
import { memo, useState, type CSSProperties } from "react";
import { actionIn } from "../../../shared/text/action.ts";
import type { Message } from "../../../shared/model/message.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import { canReact } from "../../state/messages/reacting.ts";
import { useOccupants } from "../../state/rooms/occupants.ts";
import { useRooms } from "../../state/rooms/rooms.ts";
import { Portrait } from "../../avatar/Portrait.tsx";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { LookAlike } from "../look-alike/LookAlike.tsx";
import { colourOf, isolated } from "../../ui/nickname.ts";
import { useTwin } from "../look-alike/use-twin.ts";
import { classNames } from "../../ui/class-names.ts";
import { consistentColours } from "../../ui/avatar/consistent-colour.ts";
import { RefusedChange } from "../composer/RefusedChange.tsx";
import { Files } from "./files/Files.tsx";
import { isShown } from "../../files/file-text.ts";
import { Actor } from "./text/Actor.tsx";
import { largeEmoji } from "./text/body.ts";
import styles from "./Bubble.module.css";
import { DeliveryIcon } from "./DeliveryIcon.tsx";
import { FailedNote } from "./FailedNote.tsx";
import { EmptiedMessage, isEmptied, RemovedMessage } from "./RemovedMessage.tsx";
import { hasMenu } from "./message-menu.tsx";
import { MessageActions } from "./MessageActions.tsx";
import { MessageText } from "./text/MessageText.tsx";
import { ProtectionMark, protectionText } from "./ProtectionMark.tsx";
import { ReactButton } from "../reactions/ReactButton.tsx";
import { Reactions } from "../reactions/Reactions.tsx";
import { UnreadableStanza } from "./UnreadableStanza.tsx";
import { Unreadable } from "./Unreadable.tsx";

export interface BubbleProps {
  message: Message;
  /** The author's name. */
  author: string;
  /** A group chat: messages of others have a name and an avatar. */
  isRoom?: boolean;
  opens: boolean;
  closes: boolean;
  /** Its actions are reached by Tab; those of others by arrows. */
  isTabStop?: boolean;
}

export const Bubble = memo(function Bubble({
  message,
  author,
  isRoom = false,
  opens,
  closes,
  isTabStop = false,
}: BubbleProps) {
  const t = useText();
  const formats = useFormats();
  const time = formats.time(message.sentAt);
  const isOut = message.direction === "out";
  const name = isOut ? t("chat.you") : author;
  const { protection, retracted, pendingChange } = message;
  const [asked, setAsked] = useState<{ x: number; y: number } | null>(null);
  const isWaiting = pendingChange !== null && pendingChange.failure === null;
  const problem = retracted === null ? readingProblem(protection) : null;
  const edited = message.editedAt === null ? null : t("chat.edited");
  // The rights of a moderator are known when we are in the room.
  const isAble = useRooms(() => hasMenu(message));
  const isReactable = useRooms(() => canReact(message));
  const colour = colourOf(message.writer ?? { jid: null, nickname: author });
  const isNamed = isRoom && !isOut;
  // Somebody else can take over a nickname: only an author who is certainly the present occupant has that avatar.
  const wearer = useOccupants((state) => {
    const { writer } = message;
    const here = isNamed && writer !== null ? state.byNickname.get(writer.nickname) : undefined;
    if (here === undefined || writer === null) return null;
    const isSame =
      writer.jid !== null || here.jid !== null
        ? writer.jid === here.jid
        : writer.occupantId !== null && writer.occupantId === here.occupantId;
    return isSame ? writer.nickname : null;
  });
  const twin = useTwin(isNamed ? (message.writer?.nickname ?? null) : null);
  const alike = twin === null ? null : t("room.looksLike", { name: isolated(twin) });
  const state = [
    alike,
    message.mentionsUs && t("room.mentionsYou"),
    edited,
    message.starred && t("chat.starred"),
    protectionText(protection, t),
    isWaiting && t("chat.changing"),
    message.delivery !== null && t(`chat.${message.delivery}`),
  ]
    .filter(Boolean)
    .join(", ");
  const label = state === "" ? t("chat.saysAt", { name, time }) : t("chat.saysAtState", { name, time, state });
  const meta = (
    <>
      {/* Of a removed text. */}
      {retracted === null && <ProtectionMark protection={protection} />}
      {message.starred && <Star className={styles.star} aria-hidden="true" />}
      {edited}
      {edited !== null && " "}
      {time}
      {message.delivery !== null && <DeliveryIcon delivery={isWaiting ? "pending" : message.delivery} />}
    </>
  );
  return (
    <article
      className={classNames(
        styles.row,
        isOut ? styles.out : styles.in,
        isNamed && styles.named,
        opens && styles.opens,
        closes && styles.closes,
      )}
      aria-label={label}
      data-message={message.id}
      onContextMenu={(event) => {
        // Selected text and links keep the system's menu.
        if (
          !isAble ||
          window.getSelection()?.isCollapsed === false ||
          (event.target as Element).closest("a, button") !== null
        )
          return;
        event.preventDefault();
        setAsked({ x: event.clientX, y: event.clientY });
      }}
    >
      <div className={styles.line}>
        {isNamed && closes && (
          <span className={styles.avatar}>
            <Portrait
              account={message.account}
              of={message.chat}
              nickname={wearer}
              jid={colour}
              name={author}
              size="small"
            />
          </span>
        )}
        <div
          className={classNames(
            styles.bubble,
            largeEmoji(message.body) > 0 && message.files.length === 0 && styles.bare,
            message.files.some((file) => isShown(message, file)) && styles.pictures,
            message.delivery === "failed" && styles.unsent,
            (problem !== null || retracted !== null || isEmptied(message)) && styles.unreadable,
            message.mentionsUs && styles.mention,
          )}
          dir="auto"
        >
          {isNamed && opens && (
            // Isolated, so that neither another script nor a hostile name changes the direction of the text below.
            <bdi
              className={styles.writer}
              style={{ "--name": consistentColours(colour).name } as CSSProperties}
              aria-hidden="true"
            >
              {author}
            </bdi>
          )}
          {isNamed && opens && alike !== null && <LookAlike text={alike} />}
          <span>
            {retracted !== null ? (
              <RemovedMessage message={message} />
            ) : protection.kind === "unreadable" ? (
              <UnreadableStanza protection={protection} author={name} />
            ) : protection.kind === "omemo" && protection.problem !== null ? (
              <Unreadable message={message} protection={protection} problem={protection.problem} author={name} />
            ) : isEmptied(message) ? (
              <EmptiedMessage />
            ) : (
              <>
                {message.files.length > 0 && <Files message={message} />}
                {message.body !== "" && (
                  <MessageText
                    body={message.body}
                    isUnstyled={message.unstyled}
                    actor={actionIn(message.body) === null ? null : <Actor message={message} author={author} />}
                  />
                )}
              </>
            )}
          </span>
          {/* As wide as the time, so that the last line never overlaps it. */}
          <span className={styles.room} dir="ltr" aria-hidden="true">
            {meta}
          </span>
          <time
            className={styles.meta}
            aria-hidden="true"
            title={formats.dateTime(message.sentAt)}
            dateTime={new Date(message.sentAt).toISOString()}
          >
            <span className={styles.stamp} dir="ltr">
              {meta}
            </span>
          </time>
        </div>
        {isReactable && <ReactButton message={message} name={name} time={time} isTabStop={isTabStop} />}
        {isAble && (
          <MessageActions
            message={message}
            name={name}
            time={time}
            isTabStop={isTabStop}
            asked={asked}
            onClosed={() => setAsked(null)}
          />
        )}
      </div>
      <Reactions message={message} contact={author} isTabStop={isTabStop} />
      <RefusedChange message={message} />
      {message.delivery === "failed" && <FailedNote message={message} />}
    </article>
  );
});
