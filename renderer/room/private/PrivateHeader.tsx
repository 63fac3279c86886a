/** The head of private messages with somebody in a room: the nickname, and that it is no more than that. */
import { ArrowLeft, UsersRound } from "lucide-react";
import type { FullJid } from "../../../shared/jid.ts";
import { resourceOf, toBare } from "../../../shared/jid-parts.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Occupant } from "../../../shared/model/room.ts";
import { useIsNarrow } from "../../ui/narrow.ts";
import styles from "../../chat/ChatHeader.module.css";
import { useText } from "../../i18n/index.ts";
import { useAccounts } from "../../state/accounts/accounts.ts";
import { useNavigation } from "../../state/navigation.ts";
import { roomName, useRoom } from "../../state/rooms/rooms.ts";
import { Avatar } from "../../ui/avatar/Avatar.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { colourOf } from "../../ui/nickname.ts";

/** @param occupant whoever has the nickname now; undefined: nobody, as far as is known */
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
  const isNarrow = useIsNarrow();
  const [address, nickname] = [toBare(jid), resourceOf(jid)];
  const room = useRoom(account, address);
  const own = useAccounts(({ accounts }) =>
    accounts.length > 1 ? accounts.find((one) => one.id === account)?.jid : undefined,
  );
  const { open, closeChat } = useNavigation.getState();
  const name = roomName(room, address);
  return (
    <header className={styles.header}>
      {isNarrow && (
        <IconButton label={t("common.back")} onPress={closeChat}>
          <ArrowLeft />
        </IconButton>
      )}
      <span className={styles.who}>
        <Avatar
          jid={colourOf({ jid: occupant?.jid ?? null, nickname })}
          name={nickname}
          show={occupant?.show ?? "offline"}
        />
      </span>
      <div className={styles.words}>
        <h1 className={styles.name}>
          <bdi>{nickname}</bdi>
        </h1>
        <p className={styles.presence}>
          {t("private.label")} · <bdi>{name}</bdi>
          {own !== undefined && <span> · {own}</span>}
        </p>
      </div>
      <IconButton label={t("private.openRoom", { room: name })} onPress={() => open({ account, jid: address })}>
        <UsersRound />
      </IconButton>
    </header>
  );
}
