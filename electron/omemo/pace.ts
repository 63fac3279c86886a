/**
 * How fast ratchets may be moved. A step is one HMAC, about 12 µs, and the counter of a message, true or forged, can
 * ask for
 * 25,000 of them: they are done in slices between which the event loop has its turn, and who makes us take steps in
 * vain gets few of them for a while.
 */
import type { BareJid } from "../../shared/jid.ts";

/** Steps of one slice: about 6 ms. */
const SLICE = 500;
/** What an agreement of keys costs, with the making of a key pair, in steps. */
export const AGREEMENT = 50;
/** Steps in vain that a sender may cost in a minute: as many as one message may take. */
const IN_VAIN = 100_000;
const MINUTE = 60_000;
/**
 * Who has used that up still gets so many for each message: what is written in order needs three agreements and a few
 * steps.
 */
const LEAST = 4 * AGREEMENT;
/** Senders that are remembered; the one that was added first goes. */
const SENDERS = 1_000;

/** Of one engine: also many small messages in a row make room for others. */
export class Pace {
  #taken = 0;

  /** Counts steps. @returns whether it is time for `turn` */
  took(steps: number): boolean {
    this.#taken += steps;
    return this.#taken >= SLICE;
  }

  /** Settles when the event loop has had its turn. */
  turn(): Promise<void> {
    this.#taken = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** Steps in vain, by who vouches for the messages: the sender, or the room that names him. */
export class Allowance {
  readonly #spent = new Map<BareJid, { since: number; steps: number }>();

  /** Steps that a message may take. @param most with nothing spent */
  for(sender: BareJid, most: number, now: number): number {
    const { steps } = this.#of(sender, now);
    return steps >= IN_VAIN ? LEAST : most;
  }

  /** A message could not be decrypted. */
  spend(sender: BareJid, steps: number, now: number): void {
    if (steps <= 0) return;
    const { since, steps: before } = this.#of(sender, now);
    this.#spent.set(sender, { since, steps: before + steps });
    if (this.#spent.size > SENDERS) this.#spent.delete(this.#spent.keys().next().value!);
  }

  #of(sender: BareJid, now: number): { since: number; steps: number } {
    const spent = this.#spent.get(sender);
    // A clock that was put back must not shut anybody out.
    return spent !== undefined && Math.abs(now - spent.since) < MINUTE ? spent : { since: now, steps: 0 };
  }
}
