/** The delay before the next attempt, of a connection or a room: it grows, and differs between clients. */

/** The limits of the delay, in ms. */
interface Limits {
  /** The shortest delay after the first failure. */
  first: number;
  longest: number;
}

const CONNECTION: Limits = { first: 1_000, longest: 120_000 };

/**
 * Exponential backoff with jitter: between the half of the delay and all of it.
 * @param attempt 1 for the first failure
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number = Math.random, limits = CONNECTION): number {
  const ceiling = Math.min(limits.longest, limits.first * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}

/** A delay that can be cut short. */
export class Pause {
  #wake: (() => void) | null = null;

  /** @returns true if it was cut short */
  wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (cut: boolean): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve(cut);
      };
      const timer = setTimeout(() => finish(false), ms);
      this.#wake = () => finish(true);
    });
  }

  cut(): void {
    this.#wake?.();
  }
}
