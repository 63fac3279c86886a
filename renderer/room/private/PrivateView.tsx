/**
 * Private messages with somebody in a room (XEP-0045 §7.5). What must be plain at any time: it is a nickname there and
 * not the person's own address, who has it may change, and what is written is not encrypted.
 */
import { CircleSlash, DoorOpen, EyeOff, Hourglass, MessageSquareWarning, UserRoundX } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { FullJid } from "../../../shared/jid.ts";
import { resourceOf, toBare } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Occupant, Room } from "../../../shared/model/room.ts";
import { isSameOccupant, type Known } from "../../../shared/same-occupant.ts";
import styles from "../../chat/ChatView.module.css";
import { Composer } from "../../conversation/composer/Composer.tsx";
import { Timeline } from "../../conversation/timeline/Timeline.tsx";
import { TimelineSkeleton } from "../../conversation/timeline/TimelineSkeleton.tsx";
import { useTypeAnywhere } from "../../conversation/composer/type-anywhere.ts";
import { privateName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { useFollowCore } from "../../state/follow-core.ts";
import { openTimeline, useTimeline } from "../../state/messages/messages.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useOccupants, watchOccupants } from "../../state/rooms/occupants.ts";
import { roomName, useRoom } from "../../state/rooms/rooms.ts";
import { Banner } from "../../ui/feedback/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/feedback/EmptyState.tsx";
import { isolated } from "../../ui/nickname.ts";
import { PrivateHeader } from "./PrivateHeader.tsx";
import { rejoin } from "../room-acts.ts";
import line from "../StateLine.module.css";

interface Standing {
  room: Room | undefined;
  /** Undefined: nobody has the nickname now. */
  occupant: Occupant | undefined;
  /** Who is there was read. */
  isKnown: boolean;
  /** With whom the last message was. */
  last: Known | null;
}

/** Why nothing can be written, or what to know before. */
function StandingLine({
  account,
  jid,
  standing: { room, occupant, isKnown, last },
}: {
  account: AccountId;
  jid: FullJid;
  standing: Standing;
}) {
  const t = useText();
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  const names = { name: isolated(nickname), room: isolated(roomName(room, address)) };
  const state = room?.state.state;
  const show = (): ReactNode => {
    if (room === undefined || state === "left" || state === "out") {
      const act =
        room === undefined || state === "out"
          ? () => useNavigation.getState().open({ account, jid: address })
          : () => void rejoin(room);
      const action = (
        <Button size="small" variant="primary" onPress={act}>
          {state === "left" ? t("room.joinAgain") : t("private.openRoom", names)}
        </Button>
      );
      return (
        <Banner icon={<DoorOpen />} title={t("private.notInRoom", names)} actions={action}>
          {t("private.notInRoomText")}
        </Banner>
      );
    }
    if (state === "joining") {
      return (
        <p className={line.joining}>
          <Hourglass aria-hidden="true" />
          {t("room.joining")}
        </p>
      );
    }
    if (!isKnown) return null;
    if (occupant === undefined) {
      return (
        <Banner icon={<CircleSlash />} title={t("private.gone", names)}>
          {t("private.goneText")}
        </Banner>
      );
    }
    if (last === null || isSameOccupant(last, occupant) !== false) return null;
    return (
      <Banner tone="warning" icon={<UserRoundX />} title={t("private.otherNow", names)}>
        {t("private.otherNowText")}
      </Banner>
    );
  };
  // The live region is always there: a region that comes with its text is not read.
  return (
    <div className={line.line} role="status">
      {show()}
    </div>
  );
}

export function PrivateView({ account, jid }: { account: AccountId; jid: FullJid }) {
  useFollowCore();
  const t = useText();
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  const room = useRoom(account, address);
  const timeline = useTimeline(account, jid);
  const isKnown = useOccupants((state) => state.room === `${account} ${address}` && state.status === "ready");
  const occupant = useOccupants((state) =>
    state.room === `${account} ${address}` ? state.byNickname.get(nickname) : undefined,
  );
  const view = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const isJoined = room?.state.state === "joined";
  const canWrite = room?.state.state === "joining" || (isJoined && (!isKnown || occupant !== undefined));
  const name = privateName(jid, room);
  useTypeAnywhere(view, input);
  useEffect(() => {
    void openTimeline({ account, jid });
    input.current?.focus();
  }, [account, jid]);
  useEffect(() => {
    return isJoined ? watchOccupants({ account, jid: address }) : undefined;
  }, [account, address, isJoined]);
  return (
    <div ref={view} className={styles.view}>
      <PrivateHeader account={account} jid={jid} occupant={occupant} />
      <p className={styles.notice}>
        <EyeOff aria-hidden="true" />
        <span>{t("private.notice", { name: isolated(nickname), room: isolated(roomName(room, address)) })}</span>
      </p>
      {timeline.status === "loading" && <TimelineSkeleton />}
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
      {timeline.status === "ready" && <Timeline account={account} jid={jid} name={name} timeline={timeline} />}
      <StandingLine
        account={account}
        jid={jid}
        standing={{
          room,
          occupant,
          isKnown,
          last: timeline.messages.findLast((one) => one.writer !== null)?.writer ?? null,
        }}
      />
      {canWrite && <Composer account={account} jid={jid} name={name} input={input} />}
    </div>
  );
}
