/**
 * Publishes changes of a list that strangers can modify: only the differences, at most once a second, so that a flood
 * of changes costs the window no more than a few.
 */

/** Minimum interval between two events, ms. */
const EVERY = 1_000;

/** `K` is the key of an entry. */
export interface Differences<T extends K, K> {
  /** Adds or replaces an entry. */
  put(one: T): void;
  remove(key: K): void;
  /** Publishes pending changes now, after an action of the user. */
  flush(): void;
}

/** @param keyOf returns the same string for the same entry */
export function createDifferences<T extends K, K>(
  keyOf: (one: K) => string,
  publish: (changed: T[], removed: K[]) => void,
): Differences<T, K> {
  const changed = new Map<string, T>();
  const removed = new Map<string, K>();
  let timer: NodeJS.Timeout | null = null;
  let publishedAt = -Infinity;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (changed.size + removed.size === 0) return;
    publishedAt = performance.now();
    const update: [T[], K[]] = [[...changed.values()], [...removed.values()]];
    changed.clear();
    removed.clear();
    publish(...update);
  }

  function soon(): void {
    if (timer !== null) return;
    const wait = publishedAt + EVERY - performance.now();
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
