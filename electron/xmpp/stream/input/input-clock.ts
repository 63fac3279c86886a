/**
 * A clock for time limits on what the server sends. It stands still while we do not read, because an answer may then
 * wait in the network.
 */
export interface InputClock {
  /** ms; only differences mean something. */
  now(): number;
  /** Reading pauses. */
  pause(): void;
  /** Reading goes on, or a new stream begins. */
  resume(): void;
}

export function createInputClock(): InputClock {
  let stoodStill = 0;
  let pausedAt: number | null = null;
  return {
    now: () => (pausedAt ?? performance.now()) - stoodStill,
    pause() {
      pausedAt ??= performance.now();
    },
    resume() {
      if (pausedAt !== null) stoodStill += performance.now() - pausedAt;
      pausedAt = null;
    },
  };
}
