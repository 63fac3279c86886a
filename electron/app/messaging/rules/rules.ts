/** The differences between kinds of conversations for incoming messages. */
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Conversation } from "../../../model/conversation.ts";
import type { Decrypted, Inbound } from "../../../model/message.ts";
import type { InboundResult } from "../../../store/contract/index.ts";

export interface ConversationRules {
  /** We take part in the conversation; messages of others are dropped. */
  has(conversation: Conversation): boolean;
  /** Converts a decrypted message to the form in which it is stored. */
  kept(inbound: Decrypted): Decrypted;
  /** The title of the notification for somebody else's message; null: none. */
  notice(message: Message): (() => string) | null;
  /** The number of unread messages that deserve a notification. */
  unread(chat: Chat): number;
  /** Delayed messages are notified too. */
  readonly noticesDelayed: boolean;
  /** The message is stored. @param taken null: nothing to show */
  committed?(inbound: Inbound, taken: InboundResult | null): Promise<void>;
}

export type Rules = Readonly<Record<Chat["kind"], ConversationRules>>;
