/**
 * Gathers what comes in and applies it once a frame, so that a burst of events costs one render and not a
 * hundred. A hidden window has no frames; there a timer does it.
 */

/** Longest wait in ms when no frame comes. */
const WITHOUT_FRAMES = 120;

/**
 * @param apply gets everything of the frame, in the order in which it came
 * @returns `add`, and `flush` to apply at once what has gathered
 */
export function eachFrame<T>(apply: (items: T[]) => void): { add(item: T): void; flush(): void } {
  let gathered: T[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
    const items = gathered;
    gathered = [];
    if (items.length > 0) apply(items);
  }

  return {
    add(item) {
      gathered.push(item);
      if (timer !== undefined) return;
      timer = setTimeout(flush, WITHOUT_FRAMES);
      frame = requestAnimationFrame(flush);
    },
    flush,
  };
}
