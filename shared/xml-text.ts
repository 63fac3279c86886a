/**
 * Text that XML 1.0 can carry (§2.2, production `Char`). A server answers anything else with `not-well-formed` and ends
 * the stream, so no other text may enter a stanza. Both functions are linear in the length of the text.
 */

/**
 * With the `u` flag a pair of surrogates is one character, and only a lone surrogate is in the range that is left out.
 */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** A reader of XML turns both into a line feed (§2.11). */
const LINE_END = /\r\n?/g;

/**
 * The text as the reader of a stanza gets it: what XML cannot carry is removed, and every line ends with a line feed.
 */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, "").replace(LINE_END, "\n");
}

/** True when XML carries the text unchanged, so that `xmlText` leaves it as it is. */
export function isXmlText(text: string): boolean {
  return xmlText(text) === text;
}
