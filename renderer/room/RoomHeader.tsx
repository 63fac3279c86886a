/** The header of a group chat: name, number of occupants, subject, encryption and actions. */
import { Lock, LockOpen, UsersRound } from "lucide-react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import { useText } from "../i18n/index.ts";
import { useChat } from "../state/chats.ts";
import { useNavigation } from "../state/navigation.ts";
import { useRoom } from "../state/rooms/rooms.ts";
import { ConversationHeader, DetailsButton } from "../conversation/ConversationHeader.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./RoomHeader.module.css";
import { RoomMenu } from "./RoomMenu.tsx";

export function RoomHeader({ account, jid, name }: { account: AccountId; jid: BareJid; name: string }) {
  const t = useText();
  const room = useRoom(account, jid);
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
    <ConversationHeader
      account={account}
      picture={<Portrait account={account} of={jid} jid={jid} name={name} isGroup />}
      heading={<bdi>{name}</bdi>}
      detailsOf={name}
      actions={
        <>
          {chat !== undefined && room !== undefined && (
            <span className={styles.lock} data-on={isOn || undefined} data-stuck={isStuck || undefined}>
              <IconButton
                label={t(isStuck ? "room.headerStuck" : isOn ? "room.headerOn" : "room.headerOff")}
                onPress={() => useNavigation.getState().showDialog({ kind: "readers", account, jid })}
              >
                {isOn ? <Lock /> : <LockOpen />}
              </IconButton>
            </span>
          )}
          <DetailsButton open={t("room.openPanel")} close={t("room.closePanel")} icon={<UsersRound />} />
          {room !== undefined && <RoomMenu room={room} name={name} />}
        </>
      }
    >
      {presence}
      {subject !== "" && (
        <>
          {" · "}
          <bdi title={subject}>{subject}</bdi>
        </>
      )}
    </ConversationHeader>
  );
}
