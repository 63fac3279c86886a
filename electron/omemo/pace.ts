/**
 * Limits the work on ratchets. One step is one HMAC, about 12 µs, and the counter of any message, genuine or forged,
 * can demand 25,000 of them. The steps run in slices so that the event loop stays responsive, and a sender of
 * undecryptable messages gets few steps for a while.
 */
import type { BareJid } from "../../shared/jid.ts";

/** Steps in one slice: about 6 ms. */
const SLICE = 500;
/** Cost of a key agreement including the new key pair, in steps. */
export const AGREEMENT = 50;
/** Steps per minute that a sender may cost without a decryptable message: as many as one message may take. */
const MAX_WASTED = 100_000;
const MINUTE = 60_000;
/** Steps per message once that is used up. A message in order needs three key agreements and a few steps. */
const LEAST = 4 * AGREEMENT;
/** Number of remembered senders; the one added first is dropped. */
const SENDERS = 1_000;

/** Counts the steps of one engine, so that many small messages in a row also yield to the event loop. */
export class Pace {
  #taken = 0;

  /** Counts steps. @returns whether the caller must await `turn` */
  took(steps: number): boolean {
    this.#taken += steps;
    return this.#taken >= SLICE;
  }

  /** Resolves after one turn of the event loop. */
  turn(): Promise<void> {
    this.#taken = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** Wasted steps, by the JID that vouches for the messages: the sender, or the room that names the sender. */
export class Allowance {
  readonly #spent = new Map<BareJid, { since: number; steps: number }>();

  /** Steps that one message may take. @param most the limit for a sender without wasted steps */
  for(sender: BareJid, most: number, now: number): number {
    const { steps } = this.#of(sender, now);
    return steps >= MAX_WASTED ? LEAST : most;
  }

  /** Counts the steps of a message that could not be decrypted. */
  spend(sender: BareJid, steps: number, now: number): void {
    if (steps <= 0) return;
    const { since, steps: before } = this.#of(sender, now);
    this.#spent.set(sender, { since, steps: before + steps });
    if (this.#spent.size > SENDERS) this.#spent.delete(this.#spent.keys().next().value!);
  }

  #of(sender: BareJid, now: number): { since: number; steps: number } {
    const spent = this.#spent.get(sender);
    // A clock that was set back must not block a sender.
    return spent !== undefined && Math.abs(now - spent.since) < MINUTE ? spent : { since: now, steps: 0 };
  }
}
