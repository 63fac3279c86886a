import { useEffect, useRef, type RefObject } from "react";

/** How long others may take the focus from the element: a menu that closes, a dialog whose focused field vanished. */
const FRAMES = 2;

/**
 * Focuses an element when it appears, and in the next frames again if something else took the focus. The `autoFocus` of
 * the library's buttons gives up then.
 *
 * @param wanted whether the element takes the focus; later changes do nothing
 * @returns the ref of the element
 */
export function useFocusAtFirst<E extends HTMLElement>(wanted: boolean): RefObject<E | null> {
  const ref = useRef<E>(null);
  const first = useRef(wanted);
  useEffect(() => {
    if (!first.current) return;
    let next = 0;
    function focus(more: number): void {
      ref.current?.focus();
      if (more > 0) next = requestAnimationFrame(() => focus(more - 1));
    }
    focus(FRAMES);
    return () => cancelAnimationFrame(next);
  }, []);
  return ref;
}
