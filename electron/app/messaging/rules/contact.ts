/** Conversations with contacts, strangers and ourselves. */
import { toBare, type BareJid } from "../../../../shared/jid.ts";
import type { ConversationRules } from "./rules.ts";

export const contactRules = ({ nameOf }: { nameOf(jid: BareJid): string }): ConversationRules => ({
  has: () => true,
  kept: (inbound) => inbound,
  notice: (message) => () => nameOf(toBare(message.chat)),
  unread: (chat) => chat.unread,
  noticesDelayed: true,
});
