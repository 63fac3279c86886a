/** What changes messages: their texts over time, and our corrections, retractions and reactions. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message, Version } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";

export interface AmendmentReads {
  /** The texts that a message had and has, oldest first: of very many the first and the newest. */
  "message.versions": (args: { account: AccountId; id: MessageId }) => Version[];
  /** The name that the archive of its chat gives a message. Null: it has none. */
  "message.archiveId": (args: { account: AccountId; id: MessageId }) => string | null;
}

export interface AmendmentWrites {
  /**
   * Adds or takes back one reaction of ours: it shows at once, and goes out after what waits. Null: the message has no
   * name for others, is not there for them yet, or is gone.
   */
  "reaction.set": (args: {
    account: AccountId;
    id: MessageId;
    emoji: string;
    chosen: boolean;
    originId: string;
    now: number;
  }) => { message: Message; chat: Chat } | null;
  /**
   * A correction of ours: it shows at once, and goes out after what waits. Null: there is nothing that could be
   * corrected.
   */
  "amendment.correct": (args: {
    account: AccountId;
    id: MessageId;
    body: string;
    encryption: Encryption;
    originId: string;
    now: number;
  }) => { message: Message; chat: Chat } | null;
  /**
   * We take a message of ours back. `message` is null where it had not left yet, and is simply gone. Null: it cannot
   * be.
   */
  "amendment.retract": (args: {
    account: AccountId;
    id: MessageId;
    originId: string;
    now: number;
  }) => { message: Message | null; chat: Chat } | null;
}
