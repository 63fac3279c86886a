/** Sends numbered messages one after another for as long as the faults last. */

export interface Sending {
  /** Numbers up to this one are delivered. */
  readonly done: number;
  /** Sends the next one at once. */
  nudge(): void;
  /** Resolves when no delivery is in progress; none starts until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Resolves when the last delivery that was started is done. */
  stop(): Promise<void>;
}

/**
 * @param deliver delivers one number; resolves when it is delivered, after any number of attempts
 * @param pause time to wait before the next one, in ms
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
  // `stop` returns the failure; until then it must not count as an unhandled rejection.
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
