/** What a key does in the composer. Pure, so that every combination is tested. */

export interface ComposerKey {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  /** 229 while an input method is at work, also where `isComposing` has already ended (Safari's order). */
  keyCode: number;
}

/**
 * @param enterSends the setting: else Ctrl+Enter (Cmd+Enter) sends, and Enter breaks the line
 * @returns `send`, or null when the text area does what it always does
 */
export function composerAction(event: ComposerKey, enterSends: boolean): "send" | null {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return null;
  if (event.shiftKey || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return "send";
  return enterSends ? "send" : null;
}
