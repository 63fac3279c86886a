/**
 * The rows of the outbox: one for each thing that we send. `kind` and `ref` name the row with its content: a message, a
 * change of one (a correction or a retraction, kind `amendment` on users' disks), or our reactions to one.
 */
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";

export type WaitingKind = "message" | "amendment" | "reaction";

export interface QueueOf {
  account: AccountId;
  originId: string;
  now: number;
}

/** The row of a stored draft. */
export interface Queued {
  chat: ChatRow;
  /** Null: the message was deleted. */
  message: number | null;
  /** The row of the content, in the table of its kind; null: nothing is sent. */
  ref: number | null;
}

/** The handling of results for one kind of entry. `ref`: its row, in the table of its kind. */
export interface OutboxKind {
  /** What was sent in this chat with this id, even if it no longer waits. */
  sent(chat: ChatRow, originId: string): { ref: number; message: number } | undefined;
  /** The server has acknowledged it. */
  acked(ref: number, message: number, chat: ChatRow): void;
  /** It was refused. */
  failed(ref: number, failure: { condition: string; text: string }, message: number): void;
  /** A refused row waits again, under a new id. */
  renew(ref: number, originId: string, message: number): void;
  /** The refused row of this message, or about it; undefined: nothing was refused. */
  refused(message: number): number | undefined;
}

export interface OutboxRows {
  /** Adds an entry at the end of the queue, or at a place that it has had. */
  add(account: string, originId: string, kind: WaitingKind, ref: number, place?: number | null): void;
  /** Number of tries; undefined: it does not wait. */
  tries(kind: WaitingKind, ref: number): number | undefined;
  drop(kind: WaitingKind, ref: number): void;
  /** Whether changes of this message wait. */
  hasAnnotation(message: number): boolean;
  /** Removes the entries of the message, its changes and reactions. */
  dropAll(message: number): void;
}

export function outboxRows({ column, command }: Connection): OutboxRows {
  const insert = command(
    "INSERT INTO outbox (account, origin_id, kind, ref, place) VALUES ($account, $originId, $kind, $ref, $place)",
  );
  const tries = column<number>("SELECT attempts FROM outbox WHERE kind = $kind AND ref = $ref");
  const drop = command("DELETE FROM outbox WHERE kind = $kind AND ref = $ref");
  const hasAmendment = column<number>(
    "SELECT 1 FROM amendments a JOIN outbox o ON o.kind = 'amendment' AND o.ref = a.id WHERE a.message_id = $message LIMIT 1",
  );
  const dropAmendments = command(
    "DELETE FROM outbox WHERE kind = 'amendment' AND ref IN (SELECT id FROM amendments WHERE message_id = $message)",
  );
  const dropReactions = command(
    "DELETE FROM outbox WHERE kind = 'reaction' AND ref IN (SELECT id FROM reactions WHERE message_id = $message)",
  );

  return {
    add: (account, originId, kind, ref, place = null) => void insert.run({ account, originId, kind, ref, place }),
    tries: (kind, ref) => tries.get({ kind, ref }),
    drop: (kind, ref) => void drop.run({ kind, ref }),
    hasAnnotation: (message) => hasAmendment.get({ message }) !== undefined,
    dropAll(message) {
      drop.run({ kind: "message", ref: message });
      for (const one of [dropAmendments, dropReactions]) one.run({ message });
    },
  };
}
