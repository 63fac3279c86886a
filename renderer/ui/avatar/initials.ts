/** The initials of a person without an avatar. */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const LETTER = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** The first letter of a word, complete even if it consists of several code points. */
function firstLetter(word: string): string {
  for (const { segment } of segmenter.segment(word)) if (LETTER.test(segment)) return segment.toLocaleUpperCase();
  return "";
}

/**
 * One or two letters: of the first and the last word of a name, or of the local part of a JID. Hostile input (control
 * characters, direction marks) gives no letters and affects nothing around it.
 */
export function initialsOf(name: string): string {
  const local = name.slice(0, 256).split("@")[0] ?? "";
  const words = local.split(/[\s._\-/]+/u).filter((word) => LETTER.test(word));
  const first = firstLetter(words[0] ?? "");
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? "") : "";
  return first + last;
}
