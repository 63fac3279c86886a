/** The meaning of a key in the composer. Pure, so that every combination is tested. */

import type { Style } from "./toggle-style.ts";

export interface ComposerKey {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  /** 229 while an input method is active, even if `isComposing` has already ended (Safari's order). */
  keyCode: number;
}

/** ArrowUp in an empty composer corrects our last message. */
export const editsLast = (
  { key, shiftKey, ctrlKey, metaKey, altKey }: Omit<ComposerKey, "isComposing" | "keyCode">,
  text: string,
): boolean => key === "ArrowUp" && text === "" && !shiftKey && !ctrlKey && !metaKey && !altKey;

/** Ctrl with B, I or E, and Ctrl+Shift with X. On macOS Cmd, since Ctrl moves the caret there. */
export function styleAction(
  { key, shiftKey, ctrlKey, metaKey, altKey, isComposing }: ComposerKey,
  isMac: boolean,
): Style | null {
  if (altKey || isComposing || ctrlKey === isMac || metaKey !== isMac) return null;
  const letter = key.toLowerCase();
  if (shiftKey) return letter === "x" ? "strike" : null;
  return letter === "b" ? "strong" : letter === "i" ? "emphasis" : letter === "e" ? "code" : null;
}

/**
 * @param enterSends the setting: otherwise Ctrl+Enter (Cmd+Enter) sends, and Enter breaks the line
 * @returns `send`, or null if the text area handles the key itself
 */
export function composerAction(event: ComposerKey, enterSends: boolean): "send" | null {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return null;
  if (event.shiftKey || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return "send";
  return enterSends ? "send" : null;
}
