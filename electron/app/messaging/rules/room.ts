/** Rules for rooms (XEP-0045). */
import { toBare } from "../../../../shared/jid.ts";
import { withMention } from "../../rooms/mentions.ts";
import type { Rooms } from "../../rooms/ports.ts";
import type { ConversationRules } from "./rules.ts";

export const roomRules = (rooms: Pick<Rooms, "get" | "notices" | "encryption">): ConversationRules => ({
  has: ({ jid }) => rooms.get(toBare(jid)) !== null,
  kept: (inbound) => withMention(inbound, rooms.get(toBare(inbound.conversation.jid))?.nickname ?? ""),
  notice({ chat, writer, mentionsUs }) {
    const room = rooms.get(toBare(chat));
    if (room === null || room.notify === "none" || (room.notify === "mentions" && !mentionsUs)) return null;
    return () => `${writer?.nickname ?? ""} · ${room.name || room.jid}`;
  },
  unread({ jid, unread, mentions }) {
    const notify = rooms.get(toBare(jid))?.notify ?? "none";
    return notify === "all" ? unread : notify === "mentions" ? mentions : 0;
  },
  // The history of a room is not new.
  noticesDelayed: false,
  async committed({ conversation, author, encrypted }, taken) {
    const room = toBare(conversation.jid);
    const jid = author.occupant?.jid ?? null;
    if (jid !== null && encrypted !== null && encrypted !== "malformed")
      await rooms.encryption.messageFrom(room, jid, encrypted.sid);
    if (taken?.isNew === true) rooms.notices.messageReceived(room);
  },
});
