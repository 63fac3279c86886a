/** Changes the text of the composer as if the user had typed, so that undo works. */
import type { Change } from "./toggle-style.ts";

/** @param write takes the whole text where the browser cannot insert */
export function applyChange(box: HTMLTextAreaElement, change: Change, write: (text: string) => void): void {
  const { from, to, text, start, end } = change;
  const before = box.value;
  box.focus();
  if (from < to || text !== "") {
    box.setSelectionRange(from, to);
    // Deprecated, but nothing else keeps the undo history of a text area.
    const isDone =
      "execCommand" in document && document.execCommand(text === "" ? "delete" : "insertText", false, text);
    if (!isDone) write(before.slice(0, from) + text + before.slice(to));
  }
  if (box.value.length === before.length - (to - from) + text.length) box.setSelectionRange(start, end);
  else requestAnimationFrame(() => box.setSelectionRange(start, end));
}
