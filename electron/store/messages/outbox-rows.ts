/**
 * The rows of the outbox: one for everything of ours that waits to be sent. `kind` and `ref` name the row that holds
 * what is said: a message, a change of one (a correction or a retraction), or our reactions to one.
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

/** A draft is where it shows. */
export interface Queued {
  chat: ChatRow;
  /** Null: the message is gone. */
  message: number | null;
  /** The row of what is to be sent, in the table of its kind; null: nothing is. */
  ref: number | null;
}

/** What becomes of one kind of what was sent. `ref`: its row, in the table of its kind. */
export interface OutboxKind {
  /** What went out in this chat under this id, also when it waits no more. */
  sent(chat: ChatRow, originId: string): { ref: number; message: number } | undefined;
  /** The server has it. */
  acked(ref: number, message: number, chat: ChatRow): void;
  /** It was refused. */
  failed(ref: number, failure: { condition: string; text: string }, message: number): void;
  /** What of this message was refused gets a new id. @returns its row; undefined: nothing was refused */
  retry(message: number, originId: string): number | undefined;
}

export interface OutboxRows {
  /** At the end of the queue. */
  add(account: string, originId: string, kind: WaitingKind, ref: number): void;
  /** How often it was tried; undefined: it does not wait. */
  tries(kind: WaitingKind, ref: number): number | undefined;
  drop(kind: WaitingKind, ref: number): void;
  /** Changes of this message wait. */
  isAmended(message: number): boolean;
  /** Drops the message, with its changes and reactions to it. */
  dropAll(message: number): void;
}

export function outboxRows({ column, command }: Connection): OutboxRows {
  const insert = command(
    "INSERT INTO outbox (account, origin_id, kind, ref) VALUES ($account, $originId, $kind, $ref)",
  );
  const tries = column<number>("SELECT attempts FROM outbox WHERE kind = $kind AND ref = $ref");
  const drop = command("DELETE FROM outbox WHERE kind = $kind AND ref = $ref");
  const amended = column<number>(
    "SELECT 1 FROM amendments a JOIN outbox o ON o.kind = 'amendment' AND o.ref = a.id WHERE a.message_id = $message LIMIT 1",
  );
  const dropAmendments = command(
    "DELETE FROM outbox WHERE kind = 'amendment' AND ref IN (SELECT id FROM amendments WHERE message_id = $message)",
  );
  const dropReactions = command(
    "DELETE FROM outbox WHERE kind = 'reaction' AND ref IN (SELECT id FROM reactions WHERE message_id = $message)",
  );

  return {
    add: (account, originId, kind, ref) => void insert.run({ account, originId, kind, ref }),
    tries: (kind, ref) => tries.get({ kind, ref }),
    drop: (kind, ref) => void drop.run({ kind, ref }),
    isAmended: (message) => amended.get({ message }) !== undefined,
    dropAll(message) {
      drop.run({ kind: "message", ref: message });
      for (const one of [dropAmendments, dropReactions]) one.run({ message });
    },
  };
}
