/**
 * Merges values in the order of their arrival, in O(n log n). Merging each one with everything before it would take
 * quadratic time, and the occupants of a large room who come and go in one turn of the event loop would block it for
 * seconds.
 */
export class Gathered<T> {
  readonly #merge: (before: T, after: T) => T;
  /** Oldest first. The number of values merged into each is a power of two, larger than that of the next. */
  readonly #parts: { merged: T; count: number }[] = [];

  /** @param merge associative */
  constructor(merge: (before: T, after: T) => T) {
    this.#merge = merge;
  }

  add(value: T): void {
    let part = { merged: value, count: 1 };
    for (let last = this.#parts.at(-1); last?.count === part.count; last = this.#parts.at(-1)) {
      part = { merged: this.#merge(last.merged, part.merged), count: 2 * part.count };
      this.#parts.pop();
    }
    this.#parts.push(part);
  }

  /** All values merged; there must be one. */
  whole(): T {
    return this.#parts.map(({ merged }) => merged).reduceRight((after, before) => this.#merge(before, after));
  }
}
