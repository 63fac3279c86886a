/**
 * Tells the window of a list that strangers can change: only what changed, and at most once a second, so that a flood
 * of changes costs the window no more than a few.
 */

/** Shortest time between two events, ms. */
const EVERY = 1_000;

/** `K` names an entry. */
export interface Differences<T extends K, K> {
  /** It is new, or another one than before. */
  put(one: T): void;
  remove(key: K): void;
  /** Tells what waits without delay: the user did it, and looks at the list. */
  flush(): void;
}

/** @param keyOf two entries are the same when it gives the same */
export function createDifferences<T extends K, K>(
  keyOf: (one: K) => string,
  publish: (changed: T[], removed: K[]) => void,
): Differences<T, K> {
  const changed = new Map<string, T>();
  const removed = new Map<string, K>();
  let timer: NodeJS.Timeout | null = null;
  let toldAt = -Infinity;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (changed.size + removed.size === 0) return;
    toldAt = performance.now();
    const told: [T[], K[]] = [[...changed.values()], [...removed.values()]];
    changed.clear();
    removed.clear();
    publish(...told);
  }

  function soon(): void {
    if (timer !== null) return;
    const wait = toldAt + EVERY - performance.now();
    if (wait <= 0) flush();
    else timer = setTimeout(flush, wait).unref();
  }

  return {
    put(one) {
      const key = keyOf(one);
      removed.delete(key);
      changed.set(key, one);
      soon();
    },
    remove(one) {
      const key = keyOf(one);
      changed.delete(key);
      removed.set(key, one);
      soon();
    },
    flush,
  };
}
