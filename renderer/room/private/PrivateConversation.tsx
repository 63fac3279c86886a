/**
 * Private messages with an occupant (XEP-0045 §7.5). It must always be clear that this is a nickname and not the
 * person's own address, that its owner may change, and that messages are not encrypted.
 */
import { CircleSlash, DoorOpen, EyeOff, UserRoundX } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import type { FullJid } from "../../../shared/jid.ts";
import { resourceOf, toBare } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Occupant, Room } from "../../../shared/model/room.ts";
import { isSameOccupant, type Known } from "../../../shared/same-occupant.ts";
import { privateName } from "../../state/names.ts";
import { useText } from "../../i18n/index.ts";
import { useTimeline } from "../../state/messages/messages.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useOccupants, watchOccupants } from "../../state/rooms/occupants.ts";
import { roomName, useRoom } from "../../state/rooms/rooms.ts";
import { ConversationView } from "../../conversation/ConversationView.tsx";
import { StandingLine } from "../../conversation/Regions.tsx";
import { Banner } from "../../ui/feedback/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { isolated } from "../../ui/nickname.ts";
import { PrivateHeader } from "./PrivateHeader.tsx";
import { rejoin } from "../room-acts.ts";
import { Joining } from "../StateLine.tsx";
import styles from "./PrivateConversation.module.css";

interface StandingProps {
  account: AccountId;
  jid: FullJid;
  room: Room | undefined;
  /** Undefined: nobody has the nickname now. */
  occupant: Occupant | undefined;
  /** The occupants are loaded. */
  isKnown: boolean;
  /** The occupant of the last message. */
  last: Known | null;
}

/** Why writing is not possible, or a warning. */
function Standing({ account, jid, room, occupant, isKnown, last }: StandingProps) {
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
      return <Joining />;
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
  return <StandingLine>{show()}</StandingLine>;
}

export function PrivateConversation({ account, jid }: { account: AccountId; jid: FullJid }) {
  const t = useText();
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  const room = useRoom(account, address);
  const isKnown = useOccupants((state) => state.room === `${account} ${address}` && state.status === "ready");
  const occupant = useOccupants((state) =>
    state.room === `${account} ${address}` ? state.byNickname.get(nickname) : undefined,
  );
  const last = useTimeline(account, jid).messages.findLast((one) => one.writer !== null)?.writer ?? null;
  const isJoined = room?.state.state === "joined";
  useEffect(() => {
    return isJoined ? watchOccupants({ account, jid: address }) : undefined;
  }, [account, address, isJoined]);
  return (
    <ConversationView
      account={account}
      jid={jid}
      name={privateName(jid, room)}
      header={<PrivateHeader account={account} jid={jid} occupant={occupant} />}
      banners={
        <p className={styles.notice}>
          <EyeOff aria-hidden="true" />
          <span>{t("private.notice", { name: isolated(nickname), room: isolated(roomName(room, address)) })}</span>
        </p>
      }
      standing={<Standing account={account} jid={jid} room={room} occupant={occupant} isKnown={isKnown} last={last} />}
      canWrite={room?.state.state === "joining" || (isJoined && (!isKnown || occupant !== undefined))}
    />
  );
}
