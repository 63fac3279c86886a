/** Whoever begins to type in a chat wants to write there: the focus goes to the composer with the first key. */
import { useEffect, type RefObject } from "react";

/** Places that have a use of their own for letters. */
const TAKES_KEYS =
  'input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';

/** True when the key writes something, and nothing else wants it. */
export function startsTyping(event: KeyboardEvent, view: Element): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  // Space presses buttons and scrolls; a single character is anything that a key prints.
  if ([...event.key].length !== 1 || event.key === " ") return false;
  const target = event.target;
  if (!(target instanceof Element) || target.closest(TAKES_KEYS) !== null) return false;
  return target === document.body || view.contains(target) || target.contains(view);
}

export function useTypeAnywhere(view: RefObject<Element | null>, input: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // The focus moves before the key is printed, so the letter lands in the composer.
      if (view.current !== null && startsTyping(event, view.current)) input.current?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [view, input]);
}
