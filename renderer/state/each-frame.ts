/**
 * Collects events and applies them once a frame, so that a burst causes one render and not a hundred. A hidden window
 * has no frames, so a timer is used there.
 */

/** Maximum wait for a frame, ms. */
const WITHOUT_FRAMES = 120;

/**
 * @param apply receives everything of the frame, in order of arrival
 * @returns `add`, and `flush` to apply collected items at once
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
