/**
 * Text that XML 1.0 can carry (§2.2, production `Char`). A server answers anything else with `not-well-formed` and
 * closes the stream, so no other text may enter a stanza. Both functions are linear in the length of the text.
 */

/** With the `u` flag a surrogate pair is one character; only a lone surrogate falls into the excluded range. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** An XML parser turns both into a line feed (§2.11). */
const LINE_END = /\r\n?/g;

/**
 * The text as the receiver's parser returns it: without characters that XML cannot carry, lines ending with a line
 * feed.
 */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, "").replace(LINE_END, "\n");
}

/** True when XML carries the text unchanged. */
export function isXmlText(text: string): boolean {
  return xmlText(text) === text;
}
