/**
 * Keys of skipped messages that may still arrive ("The Double Ratchet Algorithm" §2.6). The archive is read newest page
 * first, so there can be many thousands: they share one buffer, which is also their stored form. Immutable: each change
 * returns a new object.
 */
const KEY = 32;

export class SkippedKeys {
  static readonly none = new SkippedKeys(new Uint32Array(), new Uint8Array());
  /** Ascending. */
  readonly counters: Uint32Array;
  /** 32 bytes for each counter. */
  readonly keys: Uint8Array;

  constructor(counters: Uint32Array, keys: Uint8Array) {
    this.counters = counters;
    this.keys = keys;
  }

  get size(): number {
    return this.counters.length;
  }

  /** A copy of the key of one message; undefined if there is none. */
  get(counter: number): Uint8Array<ArrayBuffer> | undefined {
    const at = this.#find(counter);
    return this.counters[at] === counter ? Uint8Array.from(this.keys.subarray(at * KEY, (at + 1) * KEY)) : undefined;
  }

  /** Removes the key of one message. */
  without(counter: number): SkippedKeys {
    const at = this.#find(counter);
    if (this.counters[at] !== counter) return this;
    const [counters, keys] = [new Uint32Array(this.size - 1), new Uint8Array(this.keys.length - KEY)];
    counters.set(this.counters.subarray(0, at));
    counters.set(this.counters.subarray(at + 1), at);
    keys.set(this.keys.subarray(0, at * KEY));
    keys.set(this.keys.subarray((at + 1) * KEY), at * KEY);
    return new SkippedKeys(counters, keys);
  }

  /** Appends keys, whose counters are all above the present ones. @param first counter of the first new key */
  followedBy(first: number, more: Uint8Array): SkippedKeys {
    const count = more.length / KEY;
    if (count === 0) return this;
    const [counters, keys] = [new Uint32Array(this.size + count), new Uint8Array(this.keys.length + more.length)];
    counters.set(this.counters);
    for (let index = 0; index < count; index++) counters[this.size + index] = first + index;
    keys.set(this.keys);
    keys.set(more, this.keys.length);
    return new SkippedKeys(counters, keys);
  }

  /** Removes the oldest keys. @param count how many */
  withoutOldest(count: number): SkippedKeys {
    return new SkippedKeys(this.counters.slice(count), this.keys.slice(count * KEY));
  }

  /** The index of a counter, or where it would be inserted. */
  #find(counter: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.counters[middle]! < counter) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
