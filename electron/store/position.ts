/**
 * The one total order of a chat. A position is an integer: the time of the message in milliseconds times
 * 1024, and the room of 1024 steps within each millisecond keeps messages of the same time apart in the
 * order in which they came. It stays below 2^53 until the year 2248, so it is exact as a JavaScript number.
 *
 * Positions of what comes live grow over the whole account, whatever the clock does, so the place of a message
 * tells before or after which piece of the archive it belongs, in whichever chat it is.
 *
 * - A live message goes to the end of the account.
 * - A delayed one (XEP-0203) goes where its time says among what we wrote ourselves meanwhile, but behind what came in
 *   before it and behind what was read: the stream brings them in order.
 * - One from the archive goes between its neighbours in the archive; its time decides only within that room, for
 *   the server's clock is not ours. A session that begins leaves room for what was missed.
 * - Once given, a position never changes.
 */
import type { Connection } from "./connection.ts";

/** Steps within a millisecond. */
export const STEPS = 1024;
/** Last time that has exact positions, in ms. */
const LAST_TIME = 8.7e12;
/** Places that are kept free for what a session may have missed. */
export const ROOM = 2 ** 20;

export interface Ends {
  id: number;
  account: string;
  read_position: number;
  last_position: number;
}

export interface Placing {
  /** Behind everything of the account. */
  atEnd(chat: Ends, sentAt: number): number;
  delayed(chat: Ends, sentAt: number): number;
  /** Above `low` and below `high`, both exclusive. */
  between(chat: Ends, sentAt: number, low: number, high: number): number;
  /** Keeps room behind the end of the account. @returns where live messages go on from */
  leaveRoom(account: string, now: number): number;
}

export const byTime = (sentAt: number): number => Math.min(Math.max(Math.trunc(sentAt), 0), LAST_TIME) * STEPS;

/** Finds places by index only. */
export function placing({ column }: Connection): Placing {
  const lastOfChats = column<number | null>("SELECT max(last_position) FROM chats WHERE account = ?");
  const lastOfSpans = column<number | null>("SELECT max(newest_position) FROM spans WHERE account = ?");
  const lastBefore = column<number>("SELECT position FROM messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT 1");
  const lastIncoming = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND (outgoing = 0 OR local = 0) ORDER BY position DESC LIMIT 1",
  );
  /** Where the piece of the archive ends that was held before this session: what is delayed now is newer. */
  const heldBefore = column<number>(
    `SELECT newest_position FROM spans WHERE account = ? AND archive = (SELECT jid FROM accounts WHERE id = ?) AND peer = ''
     ORDER BY newest_position DESC LIMIT 1 OFFSET 1`,
  );
  const isTaken = column<number>("SELECT 1 FROM messages WHERE chat_id = ? AND position = ?");
  /** The end of each account; when a transaction is undone it is only further on than needed. */
  const ends = new Map<string, number>();

  const lastOf = (account: string): number =>
    ends.get(account) ?? Math.max(lastOfChats.get(account) ?? -1, lastOfSpans.get(account) ?? -1);

  function atEnd({ account }: Ends, sentAt: number): number {
    const position = Math.max(byTime(sentAt), lastOf(account) + 1);
    ends.set(account, position);
    return position;
  }

  return {
    atEnd,
    delayed(chat, sentAt) {
      const time = byTime(sentAt);
      if (time > lastOf(chat.account)) return atEnd(chat, sentAt);
      const held = heldBefore.get(chat.account, chat.account);
      const floor = Math.max(chat.read_position, lastIncoming.get(chat.id) ?? -1, held === undefined ? -1 : held + ROOM / 2);
      const from = Math.max(time, floor + 1);
      // Behind our own messages of the same millisecond.
      const until = (Math.floor(from / STEPS) + 1) * STEPS;
      const position = Math.max(from, (lastBefore.get(chat.id, until) ?? -1) + 1);
      return position < until && position <= lastOf(chat.account) ? free(chat, position) : atEnd(chat, sentAt);
    },
    between(chat, sentAt, low, high) {
      const kept = Math.min(ROOM / 2, Math.floor((high - low) / 2));
      const time = byTime(sentAt);
      // What the clocks disagree about is packed below the next one, so that room is left for what is older still.
      let position = time >= high || time <= low + kept ? high - 1 : time;
      while (position > low && isTaken.get(chat.id, position) !== undefined) position--;
      return position > low ? position : free(chat, high);
    },
    leaveRoom(account, now) {
      const position = Math.max(byTime(now), lastOf(account) + ROOM);
      ends.set(account, position);
      return position;
    },
  };

  function free(chat: Ends, from: number): number {
    let position = from;
    while (isTaken.get(chat.id, position) !== undefined) position++;
    return position;
  }
}
