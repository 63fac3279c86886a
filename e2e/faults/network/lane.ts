/**
 * One direction of a proxied connection: forwards bytes from one socket to the other, unless the line is told to stall,
 * delay, throttle or break. Bytes are never reordered, and none is dropped before a break.
 */
import type { Socket } from "node:net";

/**
 * Limit of bytes buffered here, after which the sender's socket is paused, so that the sender notices a stalled line.
 */
const MOST_HELD = 64 * 1024;
/** Interval at which a throttled line forwards bytes, in ms. */
const SLICE_MS = 10;

/** State of one direction; shared by all connections of a proxy. */
export interface LineState {
  stalled: boolean;
  /** Extra latency, in ms. */
  delay: number;
  /** Bytes a second; null: unlimited. */
  rate: number | null;
  /** The line breaks after this many more bytes; null: never. */
  breaksAfter: number | null;
  /** Called when the line has broken. */
  broken: (() => void) | null;
}

export const goodLine = (): LineState => ({ stalled: false, delay: 0, rate: null, breaksAfter: null, broken: null });

interface Held {
  /** Null: the sender has ended its side. */
  bytes: Buffer | null;
  due: number;
}

export interface Lane {
  /** Checks the queue after the state of the line has changed. */
  look(): void;
  /** Forwards nothing from now on. */
  close(): void;
}

/** @param breakBoth breaks the whole connection */
export function createLane(from: Socket, to: Socket, line: LineState, breakBoth: () => void): Lane {
  const held: Held[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function later(ms: number): void {
    timer ??= setTimeout(() => {
      timer = null;
      look();
    }, ms);
  }

  /** How many bytes may be forwarded now. */
  function allowed(first: Buffer): number {
    let most = first.length;
    if (line.rate !== null) most = Math.min(most, Math.max(1, Math.floor((line.rate * SLICE_MS) / 1000)));
    if (line.breaksAfter !== null) most = Math.min(most, line.breaksAfter);
    return most;
  }

  function look(): void {
    while (!isClosed && timer === null) {
      const [first] = held;
      if (first === undefined || line.stalled) break;
      const wait = first.due - performance.now();
      if (wait > 0) return later(wait);
      if (first.bytes === null) {
        held.shift();
        to.end();
        break;
      }
      const count = allowed(first.bytes);
      if (count > 0) to.write(first.bytes.subarray(0, count));
      size -= count;
      if (count === first.bytes.length) held.shift();
      else first.bytes = first.bytes.subarray(count);
      if (line.breaksAfter !== null && (line.breaksAfter -= count) <= 0) {
        line.breaksAfter = null;
        breakBoth();
        line.broken?.();
        return;
      }
      if (line.rate !== null) later(SLICE_MS);
    }
    if (!isClosed && size < MOST_HELD && from.isPaused()) from.resume();
  }

  from.on("data", (bytes: Buffer) => {
    if (isClosed) return;
    held.push({ bytes, due: performance.now() + line.delay });
    size += bytes.length;
    if (size >= MOST_HELD) from.pause();
    look();
  });
  from.on("end", () => {
    held.push({ bytes: null, due: performance.now() + line.delay });
    look();
  });

  return {
    look,
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      held.length = 0;
    },
  };
}
