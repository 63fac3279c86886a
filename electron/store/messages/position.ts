/**
 * The total order of a chat. A position is an integer: the time of the message in milliseconds times 1024. The 1024
 * steps within each millisecond keep messages of the same time in order of arrival. It stays below 2^53 until the year
 * 2248, so it is exact as a JavaScript number.
 *
 * Positions of live messages grow over the whole account, whatever the clock does. So the position of a message in any
 * chat shows before or after which part of the archive it belongs. Rooms are in the same order, and each has an archive
 * of its own.
 *
 * - A live message is placed at the end of the account. Until the session has read the archive, messages before it may
 * be missing: a session without presence receives carbons of messages to other devices, and nothing while these are
 * away. So positions before each one are left free.
 * - A delayed one (XEP-0203) is placed by its time among our own messages of the meantime, but after those that arrived
 * before it: the stream is in order. One that the session missed, and that the archive will show further back, is
 * placed below the messages of the session, with free positions on both sides for its neighbours in the archive. After
 * a live message of this session no missed one arrives by itself any more: then it was held back while the session
 * waited for resumption (XEP-0198), and is newer than all live messages.
 * - One from the archive is placed between its neighbours in the archive; its time only decides within that range,
 * because the server's clock is not ours. A new session leaves positions free for missed messages.
 * - A position never changes.
 */
import type { Connection } from "../engine/connection.ts";

/** Steps within a millisecond. */
export const STEPS = 1024;
/**
 * Distance between two live messages, and from the end to a private one that is written here, when positions are ahead
 * of the clock: private messages of rooms that only the archive has are placed between them (XEP-0280 §6.1).
 */
export const APART = 16;
/** Last time that has exact positions, in ms. */
const LAST_TIME = 8.7e12;
/** Number of positions left free for messages that a session may have missed. */
export const ROOM = 2 ** 20;

export interface Ends {
  id: number;
  account: string;
  read_position: number;
  last_position: number;
}

/** The two newest known spans of the archive that has the missed messages of a chat. */
export type NewestSpans = readonly {
  oldest_id: string | null;
  oldest_at: number | null;
  oldest_position: number;
  newest_position: number;
  opened_position: number;
  from_start: number;
}[];
type NewestSpan = NewestSpans[number];

export interface Placing {
  /** After everything in the account. */
  atEnd(chat: Ends, sentAt: number): number;
  /** The same for a private message of a room that is written here: the archive may have others next to it. */
  ownPrivate(chat: Ends, sentAt: number): number;
  /** The same for a live message. */
  live(chat: Ends, sentAt: number, spans: NewestSpans): number;
  /** @param archived the archive has it too */
  delayed(chat: Ends, sentAt: number, spans: NewestSpans, archived: boolean): number;
  /** The first free position after this one. */
  after(chat: Ends, position: number): number;
  /** The end of the account. */
  end(account: string): number;
  /** Between `low` and `high`, both exclusive. @param sentAt null: right below `high` */
  between(chat: Ends, sentAt: number | null, low: number, high: number): number;
  /**
   * Leaves positions free after the end of the account, or of a room's chat.
   * @returns the position after which live messages continue
   */
  leaveRoom(account: string, now: number, ofRoom?: string): number;
  /** The end of the account has changed: it is read again when needed. */
  forget(account: string): void;
}

export const byTime = (sentAt: number): number => Math.min(Math.max(Math.trunc(sentAt), 0), LAST_TIME) * STEPS;

/** Finds positions by index only. */
export function placing({ column }: Connection): Placing {
  const lastOfChats = column<number | null>("SELECT max(last_position) FROM chats WHERE account = ?");
  const lastOfSpans = column<number | null>("SELECT max(newest_position) FROM spans WHERE account = ?");
  const lastBefore = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT 1",
  );
  const lastIncoming = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND position < ? AND (outgoing = 0 OR local = 0) ORDER BY position DESC LIMIT 1",
  );
  const lastOfArchive = column<number | null>(
    "SELECT max(newest_position) FROM spans WHERE account = ? AND archive = ? AND peer = ''",
  );
  const lastOfRoom = column<number | null>("SELECT last_position FROM chats WHERE account = ? AND jid = ?");
  const isTaken = column<number>("SELECT 1 FROM messages WHERE chat_id = ? AND position = ?");
  /** The end of each account; after a rollback it is only further on than necessary. */
  const ends = new Map<string, number>();

  const lastOf = (account: string): number =>
    ends.get(account) ?? Math.max(lastOfChats.get(account) ?? -1, lastOfSpans.get(account) ?? -1);

  function atEnd({ account }: Ends, sentAt: number, step = 1): number {
    const position = Math.max(byTime(sentAt), lastOf(account) + step);
    ends.set(account, position);
    return position;
  }

  const hasLive = (span: NewestSpan): boolean => span.newest_position > span.opened_position;

  /** Distance from one live message to the next. */
  const stepOf = ([span]: NewestSpans): number => (span?.oldest_id === null && span.from_start === 0 ? STEPS : APART);

  /** The gap that a delayed message belongs to; null if it is newer than the read part of the archive. */
  function missedGap(stamp: number, [span, older]: NewestSpans): { low: number; high: number } | null {
    if (span === undefined || span.from_start === 1 || hasLive(span)) return null;
    if (span.oldest_id !== null && stamp > (span.oldest_at ?? 0)) return null;
    return { low: older?.newest_position ?? -1, high: span.oldest_position };
  }

  return {
    atEnd,
    ownPrivate: (chat, sentAt) => atEnd(chat, sentAt, APART),
    live: (chat, sentAt, spans) => atEnd(chat, sentAt, stepOf(spans)),
    delayed(chat, sentAt, spans, archived) {
      const time = byTime(sentAt);
      const gap = archived ? missedGap(sentAt, spans) : null;
      if (gap !== null) {
        const before = Math.max(gap.low, lastIncoming.get(chat.id, gap.high) ?? -1);
        const room = Math.min(ROOM / 4, Math.floor((gap.high - gap.low) / 4));
        const position = Math.max(before + STEPS, Math.min(Math.max(time, gap.low + 2 * room), gap.high - room));
        if (position < gap.high) return free(chat, position);
      }
      const step = stepOf(spans);
      if (time > lastOf(chat.account)) return atEnd(chat, sentAt, step);
      const [span] = archived ? spans : [];
      const live = span !== undefined && hasLive(span) ? span.newest_position + step : 0;
      const from = Math.max(
        time,
        live,
        chat.read_position + 1,
        (lastIncoming.get(chat.id, Number.MAX_SAFE_INTEGER) ?? -1) + step,
      );
      // After our own messages of the same millisecond.
      const until = (Math.floor(from / STEPS) + 1) * STEPS;
      const position = Math.max(from, (lastBefore.get(chat.id, until) ?? -1) + 1);
      return position < until && position <= lastOf(chat.account) ? free(chat, position) : atEnd(chat, sentAt, step);
    },
    after: (chat, position) => free(chat, position + 1),
    end: lastOf,
    between(chat, sentAt, low, high) {
      const kept = Math.min(ROOM / 2, Math.floor((high - low) / 2));
      const time = sentAt === null ? low : byTime(sentAt);
      // If the clocks disagree the message is packed right below the next one, to leave positions for older ones.
      let position = time >= high || time <= low + kept ? high - 1 : time;
      while (position > low && isTaken.get(chat.id, position) !== undefined) position--;
      return position > low ? position : free(chat, high);
    },
    leaveRoom(account, now, ofRoom) {
      // Many rooms are joined at once: only the first step of each is after the end of the account, not the whole free
      // range.
      const ofArchive =
        ofRoom === undefined
          ? lastOf(account)
          : Math.max(lastOfRoom.get(account, ofRoom) ?? -1, lastOfArchive.get(account, ofRoom) ?? -1);
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
