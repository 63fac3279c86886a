/** Writes one thing after another for as long as the faults last. */
import type { Target } from "./written.ts";

export interface Sending {
  /** How many are done. */
  readonly done: number;
  /** Does the next one at once. @param wanted what a fault waits for */
  nudge(wanted?: Target | null): void;
  /** Resolves when nothing is in progress; none starts until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Resolves when the last one that was started is done. */
  stop(): Promise<void>;
}

/**
 * @param write does the next; resolves when it is done, after any number of attempts
 * @param pause time to wait before the next one, in ms
 */
export function keepSending(write: (wanted: Target | null) => Promise<void>, pause: () => number): Sending {
  let next: Target | null = null;
  let done = 0;
  let isStopped = false;
  let wake: () => void = () => undefined;
  let underWay: Promise<void> = Promise.resolve();
  let paused: Promise<void> | null = null;
  let unpause: () => void = () => undefined;

  async function run(): Promise<void> {
    for (;;) {
      if (paused !== null) await paused;
      if (isStopped) return;
      const wanted = next;
      next = null;
      await (underWay = write(wanted));
      done++;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const running = run();
  // `stop` returns the failure; until then it must not count as an unhandled rejection.
  running.catch(() => undefined);

  return {
    get done() {
      return done;
    },
    nudge(wanted = null) {
      next = wanted;
      wake();
    },
    async pause() {
      paused ??= new Promise((resolve) => (unpause = resolve));
      await underWay;
    },
    resume() {
      paused = null;
      unpause();
    },
    stop() {
      isStopped = true;
      unpause();
      wake();
      return running;
    },
  };
}
