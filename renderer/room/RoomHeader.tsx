/**
 * The head of a group chat: what it is called, how many are there, what it is about, whether it is encrypted, and what
 * can be done with it.
 */
import { ArrowLeft, Lock, LockOpen, UsersRound } from "lucide-react";
import { Button } from "react-aria-components";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { useIsNarrow } from "../ui/narrow.ts";
import styles from "../chat/ChatHeader.module.css";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useChat } from "../state/chats.ts";
import { useNavigation } from "../state/navigation.ts";
import { useRoom } from "../state/rooms/rooms.ts";
import { IconButton } from "../ui/IconButton.tsx";
import lockStyles from "./RoomHeader.module.css";
import { RoomMenu } from "./RoomMenu.tsx";

export function RoomHeader({ account, jid, name }: { account: AccountId; jid: BareJid; name: string }) {
  const t = useText();
  const isNarrow = useIsNarrow();
  const room = useRoom(account, jid);
  const own = useAccounts(({ accounts }) =>
    accounts.length > 1 ? accounts.find((one) => one.id === account)?.jid : undefined,
  );
  const details = useNavigation((state) => state.details);
  const { toggleDetails, closeChat } = useNavigation.getState();
  const chat = useChat(account, jid);
  const isOn = chat?.encryption === "omemo";
  const isStuck = isOn && !chat.canEncrypt;
  const state = room?.state.state;
  const presence =
    room === undefined || state === "left" || state === "out"
      ? t("room.notIn")
      : state === "joining"
        ? t("room.joining")
        : t("room.people", { count: room.occupants });
  const subject = room?.subject.replace(/\s+/gu, " ").trim() ?? "";
  return (
    <header className={styles.header}>
      {isNarrow && (
        <IconButton label={t("common.back")} onPress={closeChat}>
          <ArrowLeft />
        </IconButton>
      )}
      <Button className={styles.who ?? ""} onPress={toggleDetails}>
        <span className={styles.spoken}>{t("roster.detailsOf", { name })}</span>
        <Portrait account={account} of={jid} jid={jid} name={name} isGroup />
      </Button>
      <div className={styles.words}>
        <h1 className={styles.name}>
          <bdi>{name}</bdi>
        </h1>
        <p className={styles.presence}>
          {presence}
          {subject !== "" && (
            <>
              {" · "}
              <bdi title={subject}>{subject}</bdi>
            </>
          )}
          {own !== undefined && <span> · {own}</span>}
        </p>
      </div>
      {chat !== undefined && room !== undefined && (
        <span className={lockStyles.lock} data-on={isOn || undefined} data-stuck={isStuck || undefined}>
          <IconButton
            label={t(isStuck ? "room.headerStuck" : isOn ? "room.headerOn" : "room.headerOff")}
            onPress={() => useNavigation.getState().showRoomDialog({ kind: "readers", account, jid })}
          >
            {isOn ? <Lock /> : <LockOpen />}
          </IconButton>
        </span>
      )}
      <IconButton
        label={details ? t("room.closePanel") : t("room.openPanel")}
        isActive={details}
        onPress={toggleDetails}
      >
        <UsersRound />
      </IconButton>
      {room !== undefined && <RoomMenu room={room} name={name} />}
    </header>
  );
}
