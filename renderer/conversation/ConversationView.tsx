/**
 * A conversation with a contact, in a room, or in private with an occupant: header, timeline, composer. The feature it
 * belongs to provides the differences. Each conversation gets a new view.
 */
import { FileUp, MessageSquareWarning } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { Jid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { RoomNotice } from "../../shared/model/room-notice.ts";
import { useText } from "../i18n/index.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { openTimeline, useTimeline } from "../state/messages/messages.ts";
import { leftChat } from "../state/messages/typing.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { ComposingLine } from "./composing/ComposingLine.tsx";
import { Composer } from "./composer/Composer.tsx";
import { useTypeAnywhere } from "./composer/type-anywhere.ts";
import styles from "./ConversationView.module.css";
import { attachFiles } from "./files/attach.ts";
import { useDrop } from "./files/use-drop.ts";
import { NoticeAnnouncer } from "./notices/NoticeAnnouncer.tsx";
import { Timeline } from "./timeline/Timeline.tsx";
import { TimelineSkeleton } from "./timeline/TimelineSkeleton.tsx";

export interface ConversationViewProps {
  account: AccountId;
  jid: Jid;
  name: string;
  header: ReactNode;
  /** Between the header and the messages. */
  banners: ReactNode;
  /** Below the messages: why writing is not possible, or a warning. */
  standing?: ReactNode;
  canWrite?: boolean;
  /** In a room its notices, oldest first; null while loading. Absent elsewhere. */
  notices?: readonly RoomNotice[] | null;
}

export function ConversationView({
  account,
  jid,
  name,
  header,
  banners,
  standing,
  canWrite = true,
  notices,
}: ConversationViewProps) {
  useFollowCore();
  const t = useText();
  const timeline = useTimeline(account, jid);
  const view = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const isRoom = notices !== undefined;
  const isReady = timeline.status === "ready" && notices !== null;
  const drop = useDrop(
    canWrite
      ? (files) => {
          attachFiles({ account, jid }, files, t);
          input.current?.focus();
        }
      : null,
  );
  useTypeAnywhere(view, input);
  useEffect(() => {
    void openTimeline({ account, jid });
    input.current?.focus();
    return () => leftChat({ account, jid });
  }, [account, jid]);
  return (
    <div ref={view} className={styles.view} {...drop.handlers}>
      {header}
      {banners}
      {timeline.status !== "failed" && !isReady && <TimelineSkeleton />}
      {timeline.status === "failed" && (
        <div className={styles.failed}>
          <EmptyState
            icon={<MessageSquareWarning />}
            title={t("chat.openFailed")}
            actions={<Button onPress={() => void openTimeline({ account, jid })}>{t("common.tryAgain")}</Button>}
          >
            {t(`error.${timeline.error ?? "internal"}`)}
          </EmptyState>
        </div>
      )}
      {isReady && (
        <Timeline
          account={account}
          jid={jid}
          name={name}
          isRoom={isRoom}
          {...(notices === undefined ? {} : { notices })}
          timeline={timeline}
        />
      )}
      {isReady && notices !== undefined && <NoticeAnnouncer notices={notices} />}
      {standing}
      {canWrite && <Composer account={account} jid={jid} name={name} input={input} isRoom={isRoom} />}
      {canWrite && (
        <ComposingLine account={account} jid={jid} name={name} isRoom={isRoom} newest={timeline.messages.at(-1)?.id} />
      )}
      {drop.isOver && (
        <div className={styles.drop}>
          <FileUp aria-hidden="true" />
          <strong>{t("files.dropHere")}</strong>
          <bdi>{t("files.dropFor", { name })}</bdi>
        </div>
      )}
    </div>
  );
}
