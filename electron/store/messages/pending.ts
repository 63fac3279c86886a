/**
 * Keeps what arrives before its message, because archives are read newest first. Corrections and removals wait in one
 * table, reactions in another, and receipts and markers in a third, by the id that they name.
 */
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";

/** Maximum number that wait in the chat of a contact or a room, per table. */
const MOST = 1_000;
/** The same for strangers, who have a chat as soon as they have written. */
const MOST_OF_STRANGERS = 200;

export interface Pending<R> {
  /** Something may wait in this chat; saves a query for each message. */
  any(chat: ChatRow): boolean;
  /** What waits for a message with this id, oldest first. */
  of(chat: ChatRow, target: string): R[];
  /** A row was added to the table: drops the oldest if there are too many. */
  added(chat: ChatRow): void;
}

/** @param table `message_id` is null in it while a row waits */
export function pendingIn<R extends object>(
  { rows, column, command }: Connection,
  table: "amendments" | "reactions",
  columns: string,
): Pending<R> {
  const waiting = `FROM ${table} WHERE chat_id = ? AND message_id IS NULL`;
  const of = rows<R>(`SELECT ${columns} ${waiting} AND target = ? ORDER BY sent_at, id`);
  const one = column<number>(`SELECT 1 ${waiting} LIMIT 1`);
  const count = column<number>(`SELECT count(*) ${waiting}`);
  const dropOldest = command(`DELETE FROM ${table} WHERE id = (SELECT id ${waiting} ORDER BY sent_at, id LIMIT 1)`);
  const isContact = column<number>("SELECT 1 FROM roster WHERE account = ? AND jid = ?");
  const most = ({ account, jid, kind }: ChatRow): number =>
    kind === "room" || isContact.get(account, jid) === 1 ? MOST : MOST_OF_STRANGERS;
  const may = new Map<number, boolean>();

  return {
    any(chat) {
      if (!may.has(chat.id)) may.set(chat.id, one.get(chat.id) !== undefined);
      return may.get(chat.id) === true;
    },
    of: (chat, target) => of.all(chat.id, target),
    added(chat) {
      may.set(chat.id, true);
      if (count.get(chat.id)! > most(chat)) dropOldest.run(chat.id);
    },
  };
}

/** The sender of a marker, and its type. */
export type MarkKind = "received" | "displayed" | "own-displayed" | "own-synced";

export interface PendingMarks {
  /** @param jid of the chat @param token the id that it names */
  keep(account: string, jid: string, token: string, kind: MarkKind): void;
  /** Something may wait in this account; saves a query for each message. */
  any(account: string): boolean;
  /** @returns true if one was waiting; it is removed */
  take(account: string, jid: string, token: string, kind: MarkKind): boolean;
  /** Of the markers of our own devices only the newest counts. */
  dropSynced(account: string, jid: string): void;
  /** Catching up is complete: messages that are unknown now will never arrive. */
  forget(account: string): void;
}

export function pendingMarks({ column, command }: Connection): PendingMarks {
  const add = command("INSERT OR IGNORE INTO marks (account, jid, token, kind) VALUES (?, ?, ?, ?)");
  const drop = command("DELETE FROM marks WHERE account = ? AND jid = ? AND token = ? AND kind = ?");
  const one = column<number>("SELECT 1 FROM marks WHERE account = ? LIMIT 1");
  // Markers for a room's messages wait for the room's own archive.
  const dropAll = command(
    "DELETE FROM marks WHERE account = ? AND NOT EXISTS (SELECT 1 FROM rooms r WHERE r.account = marks.account AND r.jid = marks.jid)",
  );
  const dropSynced = command("DELETE FROM marks WHERE account = ? AND jid = ? AND kind = 'own-synced'");
  const may = new Map<string, boolean>();

  return {
    keep(account, jid, token, kind) {
      add.run(account, jid, token, kind);
      may.set(account, true);
    },
    any(account) {
      if (!may.has(account)) may.set(account, one.get(account) !== undefined);
      return may.get(account) === true;
    },
    take: (account, jid, token, kind) => drop.run(account, jid, token, kind).changes > 0,
    dropSynced: (account, jid) => void dropSynced.run(account, jid),
    forget: (account) => void dropAll.run(account),
  };
}
