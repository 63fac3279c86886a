/**
 * One direction of a proxied connection: what comes in on one socket goes out on the other, unless the line is told
 * to hold it, to take its time, or to break. What was read is never reordered and never left out before a break.
 */
import type { Socket } from "node:net";

/** More than this waits in the sender's own buffers, in bytes: a line that takes nothing must be felt there. */
const MOST_HELD = 64 * 1024;
/** How finely a throttled line deals out its bytes, in ms. */
const SLICE_MS = 10;

/** How a direction behaves now; shared by all connections of a proxy. */
export interface LineState {
  stalled: boolean;
  /** Everything comes this much later, in ms. */
  delay: number;
  /** Bytes a second; null: as quick as it goes. */
  rate: number | null;
  /** The line breaks when this many bytes more have gone through; null: it does not. */
  breaksAfter: number | null;
  /** Called when that happened. */
  broken: (() => void) | null;
}

export const goodLine = (): LineState => ({ stalled: false, delay: 0, rate: null, breaksAfter: null, broken: null });

interface Held {
  /** Null: the sender has ended its side. */
  bytes: Buffer | null;
  due: number;
}

export interface Lane {
  /** The state of the line changed: look again. */
  look(): void;
  /** Nothing goes through any more. */
  close(): void;
}

/**
 * @param breakBoth breaks the whole connection
 */
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

  /** How many bytes may go now. */
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
