/** The header of private messages with an occupant: the nickname, and a note that it is only that. */
import { UsersRound } from "lucide-react";
import type { FullJid } from "../../../shared/jid.ts";
import { resourceOf, toBare } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Occupant } from "../../../shared/model/room.ts";
import { useText } from "../../i18n/index.ts";
import { useNavigation } from "../../state/navigation.ts";
import { roomName, useRoom } from "../../state/rooms/rooms.ts";
import { BreaksRules } from "../../conversation/BreaksRules.tsx";
import { ConversationHeader } from "../../conversation/ConversationHeader.tsx";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { colourOf } from "../../ui/nickname.ts";

/** @param occupant the present occupant with the nickname; undefined: none, as far as known */
export function PrivateHeader({
  account,
  jid,
  occupant,
}: {
  account: AccountId;
  jid: FullJid;
  occupant: Occupant | undefined;
}) {
  const t = useText();
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  const room = useRoom(account, address);
  const name = roomName(room, address);
  return (
    <ConversationHeader
      account={account}
      picture={
        <Avatar
          jid={colourOf({ jid: occupant?.jid ?? null, nickname })}
          name={nickname}
          show={occupant?.show ?? "offline"}
        />
      }
      heading={<bdi>{nickname}</bdi>}
      detailsOf={null}
      actions={
        <IconButton
          label={t("private.openRoom", { room: name })}
          onPress={() => useNavigation.getState().open({ account, jid: address })}
        >
          <UsersRound />
        </IconButton>
      }
    >
      <BreaksRules jid={jid} />
      {t("private.label")} · <bdi>{name}</bdi>
    </ConversationHeader>
  );
}
