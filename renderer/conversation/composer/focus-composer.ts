/** Puts the caret after the text of the composer, when another part of the chat has inserted text. */
export function focusComposer(): void {
  // The text is rendered in the next frame.
  requestAnimationFrame(() => {
    const box = document.querySelector<HTMLTextAreaElement>("textarea[data-composer]");
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
  });
}
