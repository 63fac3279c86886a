/**
 * The one total order of a chat. A position is an integer: the time of the message in milliseconds times
 * 1024, and the room of 1024 steps within each millisecond keeps messages of the same time apart in the
 * order in which they came. It stays below 2^53 until the year 2248, so it is exact as a JavaScript number.
 *
 * - A live message goes to the end: the position of its time, or one step after the last message, whichever
 *   is later. A clock that is put back therefore shuffles nothing.
 * - A delayed one (its time is before the last message) goes where its time says, behind messages of the
 *   same millisecond, but never before what the user has read: a message that nobody sees is a lost one.
 * - Once given, a position never changes.
 *
 * Only gaps that the archive fills further back (XEP-0313) may go before what was read; they are placed by
 * the same arithmetic without the floor.
 */
import type { Connection } from "./connection.ts";

/** Steps within a millisecond. */
export const STEPS = 1024;
/** Last time that has exact positions, in ms. */
const LAST_TIME = 8.7e12;

export interface Ends {
  id: number;
  read_position: number;
  last_position: number;
}

export type Place = (chat: Ends, sentAt: number) => number;

/** @returns a function that finds the position of a new message, by index only */
export function placing({ column }: Connection): Place {
  const lastBetween = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND position >= ? AND position < ? ORDER BY position DESC LIMIT 1",
  );
  const isTaken = column<number>("SELECT 1 FROM messages WHERE chat_id = ? AND position = ?");

  return (chat, sentAt) => {
    const byTime = Math.min(Math.max(Math.trunc(sentAt), 0), LAST_TIME) * STEPS;
    if (byTime > chat.last_position) return byTime;
    const from = Math.max(byTime, chat.read_position + 1);
    if (from > chat.last_position) return from;
    const until = (Math.floor(from / STEPS) + 1) * STEPS;
    const position = (lastBetween.get(chat.id, from, until) ?? from - 1) + 1;
    // More than 1024 within the millisecond: the end of the chat is the one place that is surely free.
    return isTaken.get(chat.id, position) === undefined ? position : chat.last_position + 1;
  };
}
