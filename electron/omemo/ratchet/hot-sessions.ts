/** A cache of recently used sessions, so that they are not read and parsed for every message. */
import type { SessionRecord } from "./session.ts";

const RECORDS = 500;
/** Limit by weight, bytes: a record with many skipped keys weighs more. */
const WEIGHT = 32 * 2 ** 20;
/** Memory of a session without its keys, bytes. */
const SESSION = 2_000;

export class HotSessions {
  /** Least recently used first. */
  readonly #records = new Map<string, { record: SessionRecord; weight: number }>();
  #weight = 0;

  get(name: string): SessionRecord | undefined {
    const held = this.#records.get(name);
    if (held === undefined) return undefined;
    this.#records.delete(name);
    this.#records.set(name, held);
    return held.record;
  }

  /** @param record as stored */
  put(name: string, record: SessionRecord): void {
    this.forget(name);
    const keys = record.reduce(
      (sum, { receiving }) => sum + receiving.reduce((all, { skipped }) => all + skipped.keys.length, 0),
      0,
    );
    const weight = record.length * SESSION + keys * 2;
    this.#records.set(name, { record, weight });
    this.#weight += weight;
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= RECORDS && this.#weight <= WEIGHT) break;
      this.forget(oldest);
    }
  }

  forget(name: string): void {
    this.#weight -= this.#records.get(name)?.weight ?? 0;
    this.#records.delete(name);
  }
}
