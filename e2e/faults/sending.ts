/** Somebody who writes numbered messages one after another, for as long as the faults go on. */

export interface Sending {
  /** Numbers up to this one have surely been handed over. */
  readonly done: number;
  /** Writes the next one at once. */
  nudge(): void;
  /** Settles when nothing is under way; nothing is until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Settles when the last one that was begun is handed over. */
  stop(): Promise<void>;
}

/**
 * @param deliver hands one number over; settles when that has surely happened, however often it had to try
 * @param pause how long to wait before the next one, in ms
 */
export function keepSending(deliver: (number: number) => Promise<void>, pause: () => number): Sending {
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
      await (underWay = deliver(done + 1));
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
  // Whoever stops it hears of a failure; until then it must not end the process.
  running.catch(() => undefined);

  return {
    get done() {
      return done;
    },
    nudge: () => wake(),
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
