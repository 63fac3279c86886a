/** Moves the focus to the composer when the user starts typing in a chat. */
import { useEffect, type RefObject } from "react";

/** Elements that handle letters themselves. */
const TAKES_KEYS =
  'input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';

/** True if the key prints a character and no other element handles it. */
export function startsTyping(event: KeyboardEvent, view: Element): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  // Space presses buttons and scrolls; a key that prints has a single character.
  if ([...event.key].length !== 1 || event.key === " ") return false;
  const target = event.target;
  if (!(target instanceof Element) || target.closest(TAKES_KEYS) !== null) return false;
  return target === document.body || view.contains(target) || target.contains(view);
}

export function useTypeAnywhere(view: RefObject<Element | null>, input: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // The focus moves before the character is inserted, so it lands in the composer.
      if (view.current !== null && startsTyping(event, view.current)) input.current?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [view, input]);
}
