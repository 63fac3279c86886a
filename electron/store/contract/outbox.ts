/** What the store keeps of what is to be sent. */
import type { Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Draft, Outbound } from "../../model/outbound.ts";

/** What waits to be sent. A reaction is to be encrypted where, by now, nothing may go in the clear. */
export interface OutboxEntry extends Outbound {
  /** The message that it is, or that it is about. */
  message: MessageId;
  attempts: number;
  /** The first try, ms. */
  triedAt: number | null;
}

export interface OutboxReads {
  /** What waits to be sent, in the order in which it was written. */
  "outbox.pending": (args: { account: AccountId }) => OutboxEntry[];
}

export interface OutboxWrites {
  /**
   * Puts what the user does where it shows, and behind what waits to be sent. `message` is null where one is taken back
   * that had not left yet: it is simply gone. Null: there is nothing that could be changed so.
   */
  "outbox.queue": (args: { account: AccountId; originId: string; now: number; draft: Draft }) => {
    message: Message | null;
    chat: Chat;
  } | null;
  /** The server has them: off the outbox. Unknown ids are passed over. */
  "outbox.acked": (args: { account: AccountId; originIds: string[] }) => { messages: Message[]; chats: Chat[] };
  /** One more try is made. False: it does not wait any more. */
  "outbox.tried": (args: { account: AccountId; originId: string; now: number }) => boolean;
  /** A permanent error: off the outbox, with the reason. Null when the id is not ours. */
  "outbox.failed": (args: {
    account: AccountId;
    chat: Jid;
    originId: string;
    condition: string;
    text: string;
  }) => { message: Message; chat: Chat } | null;
  /**
   * What of a message was refused goes back into the outbox, under a new origin-id: the archive holds the refused one,
   * which must not be taken for this, nor its error. Null when nothing failed.
   */
  "outbox.retry": (args: { account: AccountId; id: MessageId; originId: string }) => {
    message: Message;
    chat: Chat;
  } | null;
  /** Deletes a failed message. Null when it is not failed. */
  "outbox.discard": (args: { account: AccountId; id: MessageId }) => { chat: Chat } | null;
}
