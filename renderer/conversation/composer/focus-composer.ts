/** Brings the caret behind the text of the composer, from wherever in the chat something was put into it. */
export function focusComposer(): void {
  // The text is there with the next drawing.
  requestAnimationFrame(() => {
    const box = document.querySelector<HTMLTextAreaElement>("textarea[data-composer]");
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
  });
}
