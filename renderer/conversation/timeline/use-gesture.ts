/** Tells a scrolling of the user from one that the layout causes: only the first may leave the end of a chat. */
import { useEffect, type RefObject } from "react";

const GESTURES = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

/** @param onGesture called for whatever the user does in the element that may scroll it */
export function useGesture(element: RefObject<HTMLElement | null>, onGesture: () => void): void {
  useEffect(() => {
    const scroller = element.current;
    for (const name of GESTURES) scroller?.addEventListener(name, onGesture, { passive: true, capture: true });
    return () => {
      for (const name of GESTURES) scroller?.removeEventListener(name, onGesture, { capture: true });
    };
  }, [element, onGesture]);
}
