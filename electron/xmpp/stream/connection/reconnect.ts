/** The delay before the next connection attempt: it grows, and differs between clients. */

const FIRST_MS = 1_000;
const LONGEST_MS = 120_000;

/**
 * Exponential backoff with jitter.
 * @param attempt 1 for the first failure
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
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
