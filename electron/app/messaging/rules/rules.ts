/** What differs between the kinds of conversations where something comes in. */
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Conversation } from "../../../model/conversation.ts";
import type { Decrypted, Inbound } from "../../../model/message.ts";
import type { Taken } from "../../../store/contract/index.ts";

export interface ConversationRules {
  /** We take part in it; what comes for another is dropped. */
  has(conversation: Conversation): boolean;
  /** A decrypted message as it is kept. */
  kept(inbound: Decrypted): Decrypted;
  /** The title of the notice for a message of somebody else; null: the user gets none. */
  notice(message: Message): (() => string) | null;
  /** How many unread messages of a conversation get notices. */
  unread(chat: Chat): number;
  /** A message that was held back on its way gets a notice, too. */
  readonly noticesDelayed: boolean;
  /** It is stored. @param taken null: it brought nothing to show */
  committed?(inbound: Inbound, taken: Taken | null): Promise<void>;
}

export type Rules = Readonly<Record<Chat["kind"], ConversationRules>>;
