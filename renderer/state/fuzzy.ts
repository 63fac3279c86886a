/** Fuzzy search over names and JIDs: letters in order, better at word starts and in a row. Pure. */

/**
 * Maximum length of a name that is searched, in UTF-16 units: normalising a run of combining marks takes quadratic
 * time.
 */
const SEARCHED = 1_024;

/** Lower case without diacritics, so that "jorg" finds "jörg", but "joerg" does not. */
export const foldText = (text: string): string =>
  text.slice(0, SEARCHED).normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

const BOUNDARY = /[\s._\-@/+]/;

/**
 * How well a query matches. Both must be folded (`foldText`).
 * @returns null if it does not match, else a number: higher is better
 */
export function fuzzyScore(query: string, text: string): number | null {
  if (query === "") return 0;
  const whole = text.indexOf(query);
  if (whole !== -1) {
    const atStart = whole === 0 || BOUNDARY.test(text[whole - 1] ?? " ");
    // Letters in a row beat scattered ones; the start of a word beats its middle; short texts match better.
    return 1000 + (whole === 0 ? 200 : atStart ? 120 : 0) - whole - text.length * 0.1;
  }
  let score = 0;
  let at = 0;
  let last = -2;
  for (const letter of query) {
    if (letter === " ") continue;
    const found = text.indexOf(letter, at);
    if (found === -1) return null;
    if (found === last + 1) score += 8;
    else if (found === 0 || BOUNDARY.test(text[found - 1] ?? " ")) score += 10;
    else score -= Math.min(found - at, 6);
    last = found;
    at = found + letter.length;
  }
  // Single letters scattered over a long text are a coincidence.
  return score > 0 ? score - text.length * 0.1 : null;
}

/** The best matches, best first; equal ones keep their order. */
export function fuzzyFind<T>(
  query: string,
  items: Iterable<T>,
  texts: (item: T) => readonly string[],
  limit: number,
): T[] {
  const folded = foldText(query.trim());
  const found: { item: T; score: number }[] = [];
  for (const item of items) {
    let best: number | null = null;
    for (const text of texts(item)) {
      const score = fuzzyScore(folded, text);
      if (score !== null && (best === null || score > best)) best = score;
    }
    if (best !== null) found.push({ item, score: best });
  }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map((one) => one.item);
}
