/** One group chat: header, timeline, and the composer, or why one cannot write. A new room gets a new view. */
import { MessageSquareWarning } from "lucide-react";
import { useEffect, useRef } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import styles from "../chat/ChatView.module.css";
import { Composer } from "../conversation/composer/Composer.tsx";
import { Timeline } from "../conversation/timeline/Timeline.tsx";
import { TimelineSkeleton } from "../conversation/timeline/TimelineSkeleton.tsx";
import { useTypeAnywhere } from "../conversation/composer/type-anywhere.ts";
import { useName } from "../state/names.ts";
import { useText } from "../i18n/index.ts";
import { useChat } from "../state/chats.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { openTimeline, useTimeline } from "../state/messages/messages.ts";
import { openNotices, useNoticesOf } from "../state/rooms/notices.ts";
import { watchOccupants } from "../state/rooms/occupants.ts";
import { useRoom } from "../state/rooms/rooms.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/feedback/EmptyState.tsx";
import { mayWrite } from "../state/rooms/moderation.ts";
import { NoticeAnnouncer } from "../conversation/notices/NoticeAnnouncer.tsx";
import { RoomHeader } from "./RoomHeader.tsx";
import { RoomKeyBanners } from "./RoomKeyBanners.tsx";
import { StateLine } from "./StateLine.tsx";

export function RoomView({ account, jid }: { account: AccountId; jid: BareJid }) {
  useFollowCore();
  const t = useText();
  const name = useName(account, jid);
  const room = useRoom(account, jid);
  const chat = useChat(account, jid);
  const timeline = useTimeline(account, jid);
  const notices = useNoticesOf(account, jid);
  const view = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const state = room?.state.state;
  const isJoined = state === "joined";
  // While it is being joined one may write on; the message waits in the outbox.
  const canWrite = state === "joining" || (isJoined && mayWrite(room?.self?.role));
  useTypeAnywhere(view, input);
  useEffect(() => {
    void openTimeline({ account, jid });
    void openNotices({ account, jid });
    input.current?.focus();
  }, [account, jid]);
  useEffect(() => {
    return isJoined ? watchOccupants({ account, jid }) : undefined;
  }, [account, jid, isJoined]);
  return (
    <div ref={view} className={styles.view}>
      <RoomHeader account={account} jid={jid} name={name} />
      {chat !== undefined && room !== undefined && <RoomKeyBanners chat={chat} room={room} name={name} />}
      {(timeline.status === "loading" || (timeline.status === "ready" && notices === null)) && <TimelineSkeleton />}
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
      {timeline.status === "ready" && notices !== null && (
        <>
          <Timeline account={account} jid={jid} name={name} isRoom notices={notices} timeline={timeline} />
          <NoticeAnnouncer notices={notices} />
        </>
      )}
      {room !== undefined && <StateLine room={room} />}
      {canWrite && <Composer account={account} jid={jid} name={name} input={input} isRoom />}
    </div>
  );
}
