/** Operations for the outbox. */
import type { Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Draft, Outbound } from "../../model/outbound.ts";

/** An entry that waits to be sent. A reaction must be encrypted if nothing may be sent as plaintext by now. */
export interface OutboxEntry extends Outbound {
  /** The message itself, or the one that is changed. */
  message: MessageId;
  /** When that message was written, ms: the same for all that was sent at once. */
  writtenAt: number;
  attempts: number;
  /** The first try, ms. */
  triedAt: number | null;
  /**
   * Of a correction in a room, our nickname under which the others have the message. Null: anything else, or they do
   * not have it yet.
   */
  correctsAs: string | null;
}

export interface OutboxReads {
  /** Waiting entries, in the order in which they were written. */
  "outbox.pending": (args: { account: AccountId }) => OutboxEntry[];
}

export interface OutboxWrites {
  /**
   * Stores a message or change and queues it. `message` is null for the retraction of a message that was never sent: it
   * is deleted. Null: there is no message that could be changed so.
   */
  "outbox.queue": (args: { account: AccountId; originId: string; now: number; draft: Draft }) => {
    message: Message | null;
    chat: Chat;
  } | null;
  /** The server has acknowledged these: removes them. Unknown ids are ignored. */
  "outbox.acked": (args: { account: AccountId; originIds: string[] }) => { messages: Message[]; chats: Chat[] };
  /** Stores one more try. False: the entry no longer waits. */
  "outbox.tried": (args: { account: AccountId; originId: string; now: number }) => boolean;
  /**
   * A permanent error: removes the entry and stores the reason. Null: the id is not ours.
   * @param args.waiting only if it still waits; else an error may concern what was acknowledged long ago
   */
  "outbox.failed": (args: {
    account: AccountId;
    chat: Jid;
    originId: string;
    condition: string;
    text: string;
    waiting: boolean;
  }) => { message: Message; chat: Chat } | null;
  /**
   * Queues what a room has refused again, at the place that it had, and under a new origin-id: a late copy of the
   * refusal does not concern it. Null: the room has refused nothing of ours under this id.
   */
  "outbox.again": (args: { account: AccountId; room: Jid; refused: string; originId: string }) => {
    message: Message;
    chat: Chat;
  } | null;
  /**
   * Queues the refused part of a message again, under a new origin-id: the archive has the refused one, and its error.
   * Null: nothing was refused.
   */
  "outbox.retry": (args: { account: AccountId; id: MessageId; originId: string }) => {
    message: Message;
    chat: Chat;
  } | null;
  /** Deletes a failed message. Null: it has not failed. */
  "outbox.discard": (args: { account: AccountId; id: MessageId }) => { chat: Chat } | null;
}
