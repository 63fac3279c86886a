/** Where a message belongs, whoever wrote it. */
import type { Jid } from "../../shared/jid.ts";
import type { Chat } from "../../shared/model/chat.ts";

export interface Conversation {
  /** The contact's or the room's bare JID; of a private conversation the occupant's full JID (XEP-0045 §7.5). */
  jid: Jid;
  kind: Chat["kind"];
}
