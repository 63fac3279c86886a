/** A group chat. */
import { useEffect } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { ConversationView } from "../conversation/ConversationView.tsx";
import { useChat } from "../state/chats.ts";
import { useName } from "../state/names.ts";
import { mayWrite } from "../state/rooms/moderation.ts";
import { openNotices, useNoticesOf } from "../state/rooms/notices.ts";
import { watchOccupants } from "../state/rooms/occupants.ts";
import { useRoom } from "../state/rooms/rooms.ts";
import { RoomHeader } from "./RoomHeader.tsx";
import { RoomKeyBanners } from "./RoomKeyBanners.tsx";
import { StateLine } from "./StateLine.tsx";

export function RoomConversation({ account, jid }: { account: AccountId; jid: BareJid }) {
  const name = useName(account, jid);
  const room = useRoom(account, jid);
  const chat = useChat(account, jid);
  const notices = useNoticesOf(account, jid);
  const state = room?.state.state;
  const isJoined = state === "joined";
  useEffect(() => {
    void openNotices({ account, jid });
  }, [account, jid]);
  useEffect(() => {
    return isJoined ? watchOccupants({ account, jid }) : undefined;
  }, [account, jid, isJoined]);
  return (
    <ConversationView
      account={account}
      jid={jid}
      name={name}
      notices={notices}
      header={<RoomHeader account={account} jid={jid} name={name} />}
      banners={chat !== undefined && room !== undefined && <RoomKeyBanners chat={chat} room={room} name={name} />}
      standing={room !== undefined && <StateLine room={room} />}
      // While joining, messages can be written and wait in the outbox.
      canWrite={state === "joining" || (isJoined && mayWrite(room?.self?.role))}
    />
  );
}
