/** The conversation that a message belongs to; the same for both directions. */
import type { Jid } from "../../shared/jid.ts";
import type { Chat } from "../../shared/model/chat.ts";

export interface Conversation {
  /** Bare JID of the contact or room; in a private conversation the occupant's full JID (XEP-0045 §7.5). */
  jid: Jid;
  kind: Chat["kind"];
}
