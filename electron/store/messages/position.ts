/**
 * The one total order of a chat. A position is an integer: the time of the message in milliseconds times
 * 1024, and the room of 1024 steps within each millisecond keeps messages of the same time apart in the
 * order in which they came. It stays below 2^53 until the year 2248, so it is exact as a JavaScript number.
 *
 * Positions of what comes live grow over the whole account, whatever the clock does, so the place of a message
 * tells before or after which piece of the archive it belongs, in whichever chat it is. Rooms are in the same order,
 * and each has an archive of its own.
 *
 * - A live message goes to the end of the account. Until the session has read the archive there may be something before
 *   it that did not come: a session that did not say yet that it is there gets copies of what other devices get, and
 *   nothing while these are away. So there is room before each.
 * - A delayed one (XEP-0203) goes where its time says among what we wrote ourselves meanwhile, but behind what came in
 *   before it: the stream brings them in order. One that the session missed, and that the archive will show further
 *   back, goes below what is held of the session, with room on both sides for what the archive has around it. Once
 *   something came live in this session, nothing that it missed comes by itself any more: then it was held back while
 * the
 *   session waited to be resumed (XEP-0198), and is newer than all that came live.
 * - One from the archive goes between its neighbours in the archive; its time decides only within that room, for
 *   the server's clock is not ours. A session that begins leaves room for what was missed.
 * - Once given, a position never changes.
 */
import type { Connection } from "../engine/connection.ts";

/** Steps within a millisecond. */
export const STEPS = 1024;
/**
 * Between two messages that come in live, where positions are ahead of the clock: what only the archive has of private
 * messages of rooms goes between them (XEP-0280 §6.1).
 */
const APART = 16;
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

interface NewestSpan {
  oldest_id: string | null;
  oldest_at: number | null;
  oldest_position: number;
  newest_position: number;
  opened_position: number;
  from_start: number;
}

export interface Placing {
  /** Behind everything of the account. */
  atEnd(chat: Ends, sentAt: number): number;
  /** The same for what comes in. @param archive the JID of the archive that has what was missed of the chat */
  live(chat: Ends, sentAt: number, archive: string): number;
  /** @param archived the archive has it, too */
  delayed(chat: Ends, sentAt: number, archive: string, archived: boolean): number;
  /** Above `low` and below `high`, both exclusive. @param sentAt null: right below `high` */
  between(chat: Ends, sentAt: number | null, low: number, high: number): number;
  /**
   * Keeps room behind the end of the account, or behind that of a room's chat.
   * @returns where live messages go on from
   */
  leaveRoom(account: string, now: number, ofRoom?: string): number;
  /** The end of the account is elsewhere now: looks for it anew. */
  forget(account: string): void;
}

export const byTime = (sentAt: number): number => Math.min(Math.max(Math.trunc(sentAt), 0), LAST_TIME) * STEPS;

/** Finds places by index only. */
export function placing({ column, rows }: Connection): Placing {
  const lastOfChats = column<number | null>("SELECT max(last_position) FROM chats WHERE account = ?");
  const lastOfSpans = column<number | null>("SELECT max(newest_position) FROM spans WHERE account = ?");
  const lastBefore = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT 1",
  );
  const lastIncoming = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND position < ? AND (outgoing = 0 OR local = 0) ORDER BY position DESC LIMIT 1",
  );
  const newestSpans = rows<NewestSpan>(
    `SELECT oldest_id, oldest_at, oldest_position, newest_position, opened_position, from_start FROM spans
     WHERE account = ? AND archive = ? AND peer = '' ORDER BY newest_position DESC LIMIT 2`,
  );
  const lastOfRoom = column<number | null>("SELECT last_position FROM chats WHERE account = ? AND jid = ?");
  const isTaken = column<number>("SELECT 1 FROM messages WHERE chat_id = ? AND position = ?");
  /** The end of each account; when a transaction is undone it is only further on than needed. */
  const ends = new Map<string, number>();

  const lastOf = (account: string): number =>
    ends.get(account) ?? Math.max(lastOfChats.get(account) ?? -1, lastOfSpans.get(account) ?? -1);

  function atEnd({ account }: Ends, sentAt: number, step = 1): number {
    const position = Math.max(byTime(sentAt), lastOf(account) + step);
    ends.set(account, position);
    return position;
  }

  const hasLive = (span: NewestSpan): boolean => span.newest_position > span.opened_position;

  /** From one message that comes in to the next. */
  function stepOf(account: string, archive: string): number {
    const [span] = newestSpans.all(account, archive);
    return span?.oldest_id === null && span.from_start === 0 ? STEPS : APART;
  }

  /** The gap that a delayed message belongs to; null where it is newer than what was read of the archive. */
  function missedGap({ account }: Ends, stamp: number, archive: string): { low: number; high: number } | null {
    const [span, older] = newestSpans.all(account, archive);
    if (span === undefined || span.from_start === 1 || hasLive(span)) return null;
    if (span.oldest_id !== null && stamp > (span.oldest_at ?? 0)) return null;
    return { low: older?.newest_position ?? -1, high: span.oldest_position };
  }

  return {
    atEnd,
    live: (chat, sentAt, archive) => atEnd(chat, sentAt, stepOf(chat.account, archive)),
    delayed(chat, sentAt, archive, archived) {
      const time = byTime(sentAt);
      const gap = archived ? missedGap(chat, sentAt, archive) : null;
      if (gap !== null) {
        const before = Math.max(gap.low, lastIncoming.get(chat.id, gap.high) ?? -1);
        const room = Math.min(ROOM / 4, Math.floor((gap.high - gap.low) / 4));
        const position = Math.max(before + STEPS, Math.min(Math.max(time, gap.low + 2 * room), gap.high - room));
        if (position < gap.high) return free(chat, position);
      }
      const step = stepOf(chat.account, archive);
      if (time > lastOf(chat.account)) return atEnd(chat, sentAt, step);
      const [span] = archived ? newestSpans.all(chat.account, archive) : [];
      const live = span !== undefined && hasLive(span) ? span.newest_position + step : 0;
      const from = Math.max(
        time,
        live,
        chat.read_position + 1,
        (lastIncoming.get(chat.id, Number.MAX_SAFE_INTEGER) ?? -1) + step,
      );
      // Behind our own messages of the same millisecond.
      const until = (Math.floor(from / STEPS) + 1) * STEPS;
      const position = Math.max(from, (lastBefore.get(chat.id, until) ?? -1) + 1);
      return position < until && position <= lastOf(chat.account) ? free(chat, position) : atEnd(chat, sentAt, step);
    },
    between(chat, sentAt, low, high) {
      const kept = Math.min(ROOM / 2, Math.floor((high - low) / 2));
      const time = sentAt === null ? low : byTime(sentAt);
      // What the clocks disagree about is packed below the next one, so that room is left for what is older still.
      let position = time >= high || time <= low + kept ? high - 1 : time;
      while (position > low && isTaken.get(chat.id, position) !== undefined) position--;
      return position > low ? position : free(chat, high);
    },
    leaveRoom(account, now, ofRoom) {
      // Many rooms are entered at once: only the first step of each is behind the end of the account, not all their
      // gaps.
      const ofArchive =
        ofRoom === undefined
          ? lastOf(account)
          : Math.max(lastOfRoom.get(account, ofRoom) ?? -1, newestSpans.get(account, ofRoom)?.newest_position ?? -1);
      const position = Math.max(byTime(now), lastOf(account) + 1, ofArchive + ROOM);
      ends.set(account, position);
      return position;
    },
    forget: (account) => void ends.delete(account),
  };

  function free(chat: Ends, from: number): number {
    let position = from;
    while (isTaken.get(chat.id, position) !== undefined) position++;
    return position;
  }
}
