/** Completes a nickname after an @ in the composer. Pure. */
import { foldText } from "../../state/fuzzy.ts";

/** A nickname may contain spaces; no completion beyond this length. */
const LONGEST = 40;
/**
 * Maximum text before it, in UTF-16 units, that is checked for a list of addressees; the patterns take quadratic time.
 */
const LONGEST_BEGINNING = 1_000;
/** Only nicknames before it: a list of addressees. */
const BEGINNING = /^\s*(?:[^\n:@]{1,256}:\s+)?$/u;

export interface Asked {
  /** Position of the @. */
  from: number;
  /** The text after it. */
  query: string;
}

/** @param caret position of the next letter, or null while text is selected */
export function mentionAt(text: string, caret: number | null): Asked | null {
  if (caret === null) return null;
  const found = /(?:^|[\s(])@([^\n@]*)$/u.exec(text.slice(Math.max(0, caret - LONGEST - 2), caret));
  const query = found?.[1];
  return query === undefined || query.length > LONGEST ? null : { from: caret - query.length - 1, query };
}

/** Nicknames that begin with the text, or contain a word that does; in the given order, whole beginnings first. */
export function matching(query: string, nicknames: Iterable<string>, most: number): string[] {
  const wanted = foldText(query);
  const [first, later]: [string[], string[]] = [[], []];
  for (const nickname of nicknames) {
    const folded = foldText(nickname);
    if (folded.startsWith(wanted)) first.push(nickname);
    else if (later.length < most && folded.split(/[\s._-]+/u).some((word) => word.startsWith(wanted)))
      later.push(nickname);
    if (first.length >= most) break;
  }
  return [...first, ...later].slice(0, most);
}

/**
 * Inserts a nickname in place of the typed text. At the beginning it addresses: `nick: `, and a second one joins it:
 * `one, two: `. Elsewhere it is a normal word.
 * @param known whether a text is a nickname of this room
 */
export function complete(
  text: string,
  { from }: Asked,
  caret: number,
  nickname: string,
  known: (name: string) => boolean,
): { text: string; caret: number } {
  const before = text.slice(0, from);
  const after = text.slice(caret).replace(/^ /u, "");
  const addressed = before.length > LONGEST_BEGINNING ? undefined : /^\s*(.+):\s+$/u.exec(before)?.[1];
  let head = `${before}${nickname} `;
  if (before.trim() === "") head = `${nickname}: `;
  else if (addressed !== undefined && BEGINNING.test(before) && addressed.split(", ").every(known))
    head = `${addressed}, ${nickname}: `;
  return { text: head + after, caret: head.length };
}
