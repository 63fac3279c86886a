/** Rules for conversations with contacts, strangers and ourselves. */
import { toBare, type BareJid } from "../../../../shared/jid.ts";
import type { ConversationRules } from "./rules.ts";

interface Ports {
  nameOf(jid: BareJid): string;
  /** Somebody writes from an address that may be known as a room. */
  doubt(jid: BareJid): void;
}

export const contactRules = ({ nameOf, doubt }: Ports): ConversationRules => ({
  has: () => true,
  kept: (inbound) => inbound,
  async committed({ conversation, via }) {
    if (via === "live") doubt(toBare(conversation.jid));
  },
  notice: (message) => () => nameOf(toBare(message.chat)),
  unread: (chat) => chat.unread,
  noticesDelayed: true,
});
