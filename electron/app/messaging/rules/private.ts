/** Rules for private messages of rooms (XEP-0045 §7.5). */
import { resourceOf, toBare } from "../../../../shared/jid.ts";
import type { Rooms } from "../../rooms/ports.ts";
import type { ConversationRules } from "./rules.ts";

export const privateRules = (rooms: Pick<Rooms, "get">): ConversationRules => ({
  has: () => true,
  kept: (inbound) => inbound,
  notice:
    ({ chat }) =>
    () =>
      `${resourceOf(chat)} (${rooms.get(toBare(chat))?.name || toBare(chat)})`,
  unread: (chat) => chat.unread,
  noticesDelayed: true,
});
