/** No storm when several accounts come back at once: only so many of them try to connect at the same time. */

/** How many attempts may run side by side. */
const AT_ONCE = 2;

/** @returns waits for a turn; what it gives must be called when the attempt is over */
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
    let done = false;
    return () => {
      if (!done) release();
      done = true;
    };
  };
}
