/** Limits concurrent connection attempts, so that several accounts coming back at once cause no storm. */

/** Number of concurrent attempts. */
const AT_ONCE = 2;

/** @returns a function that waits for a turn and resolves to a release function, to be called after the attempt */
export function createConnectGate(most: number = AT_ONCE): () => Promise<() => void> {
  let running = 0;
  const waiting: (() => void)[] = [];

  function release(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  return async () => {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let isReleased = false;
    return () => {
      if (!isReleased) release();
      isReleased = true;
    };
  };
}
