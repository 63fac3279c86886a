/**
 * Distinguishes a message that is delivered again from another one with the same id and text, if no archive id does:
 * some clients count their messages from 1, or give all of them one id. Within a stream nothing is delivered twice
 * (XEP-0198), and a message that was held back has its own time.
 */
import type { AccountId } from "../../../shared/model/primitives.ts";

/** How a message arrived, other than from an archive page. */
export interface Arrival {
  account: AccountId;
  /** It was held back on its way, or is from the history of a room: its time is that of its delay. */
  delayed: boolean;
}

interface Row {
  id: number;
  sent_at: number;
  archive_id: string | null;
}

/** Limit in ms: a server repeats at once, without a delay, what was not acknowledged on the previous stream. */
const SENT_AGAIN = 60 * 60_000;
/** Maximum number of messages of a stream that are remembered. */
const MOST = 10_000;

export interface Arrivals {
  /** A new stream: it may repeat messages of the previous one. */
  begin(account: AccountId): void;
  /** The stored message with the same id and text that this one repeats; undefined: none. */
  match<R extends Row>(rows: readonly R[], sentAt: number, arrival: Arrival): R | undefined;
  /** It is stored as this row. */
  stored(id: number, sentAt: number, arrival: Arrival): void;
}

/** What an account's stream has brought. */
interface Stream {
  /** Rows that arrived live. */
  live: Set<number>;
  /** The delay with which a row arrived, ms. The history of a room repeats it with each join. */
  delays: Map<number, number>;
}

export function arrivals(): Arrivals {
  const streams = new Map<AccountId, Stream>();

  function streamOf(account: AccountId): Stream {
    const known = streams.get(account) ?? { live: new Set(), delays: new Map() };
    streams.set(account, known);
    return known;
  }

  function stored(id: number, sentAt: number, { account, delayed }: Arrival): void {
    const { live, delays } = streamOf(account);
    const kept = delayed ? delays.set(id, sentAt) : live.add(id);
    if (kept.size > MOST) kept.delete(kept.keys().next().value!);
  }

  return {
    begin: (account) => void streams.delete(account),
    match(rows, sentAt, arrival) {
      const { live, delays } = streamOf(arrival.account);
      const apart = (row: Row): number => Math.abs(row.sent_at - sentAt);
      const found = arrival.delayed
        ? (rows.find(({ id }) => delays.get(id) === sentAt) ??
          rows.filter(({ id }) => !delays.has(id)).toSorted((a, b) => apart(a) - apart(b))[0])
        : rows.find((row) => !live.has(row.id) && (row.archive_id !== null || apart(row) < SENT_AGAIN));
      if (found !== undefined) stored(found.id, sentAt, arrival);
      return found;
    },
    stored,
  };
}
