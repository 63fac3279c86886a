/**
 * The text of a notification. Contacts wrote it, so it is short, contains no characters that reorder or hide text, and
 * no markup on Linux.
 */

/** In characters; a notification server may shorten further. */
const MAX_TITLE = 80;
const MAX_BODY = 200;
const MAX_LINES = 4;
/** Input limit in characters: removed characters must not make room for text far behind them. */
const MAX_READ = 2000;

/** Control characters except line feeds, marks that change the text direction (UAX #9), and lone surrogates. */
const UNSHOWN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** One line of plain text on every system. */
export function noticeTitle(text: string): string {
  return shorten(
    text
      .slice(0, MAX_READ)
      .replaceAll(/[\s\u2028\u2029]+/g, " ")
      .replaceAll(UNSHOWN, "")
      .trim(),
    MAX_TITLE,
  );
}

/**
 * A few lines.
 * @param platform on Linux the body is markup (Desktop Notifications Specification, "Markup"); there the text is
 * escaped, so that it contains no link or image of the contact
 */
export function noticeBody(text: string, platform: NodeJS.Platform): string {
  const lines = text
    .slice(0, MAX_READ)
    .split(/[\n\r\u0085\u2028\u2029\v\f]+/, 100)
    .map((line) => line.replaceAll("\t", " ").replaceAll(UNSHOWN, "").trim())
    .filter((line) => line !== "");
  const shown = lines.slice(0, MAX_LINES);
  const cut = shorten(shown.join("\n"), MAX_BODY);
  const body = lines.length > MAX_LINES && !cut.endsWith("…") ? `${cut} …` : cut;
  return platform === "linux" ? escapeMarkup(body) : body;
}

/** Counts characters, so that no surrogate pair is split. */
function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}

const escapeMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
