/** How much of a body is shown, and in which size. Pure. */

import { ONE_EMOJI } from "../../../../shared/emoji.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Maximum number of emoji that are shown large. */
const MAX_LARGE = 6;
/** Maximum length of so many emoji: a family with skin tones takes 25 units. */
const MAX_UNITS = MAX_LARGE * 30;

/** The number of emoji in a message that contains nothing else; 0 if it is not shown large. */
export function largeEmoji(body: string): number {
  const text = body.trim();
  if (text === "" || text.length > MAX_UNITS) return 0;
  let count = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (segment.trim() === "") continue;
    if (!ONE_EMOJI.test(segment) || ++count > MAX_LARGE) return 0;
  }
  return count;
}

/** A body longer than this is folded… */
const FOLD_UNITS = 1600;
const FOLD_LINES = 24;
/** …unless it would hide too little to be worth it. */
const SLACK = 1.25;

/** Where a long body is folded, in UTF-16 units; null if it is shown whole. Never inside a character. */
export function foldAt(body: string): number | null {
  let lines = 1;
  let cut: number | null = null;
  for (let at = body.indexOf("\n"); at !== -1; at = body.indexOf("\n", at + 1)) {
    if (++lines === FOLD_LINES + 1) cut = at;
    if (lines > FOLD_LINES * SLACK) break;
  }
  if (lines <= FOLD_LINES * SLACK) cut = null;
  if (cut !== null && cut <= FOLD_UNITS) return cut;
  if (body.length <= FOLD_UNITS * SLACK) return null;
  // The last white space before the limit, else the start of the character at the limit.
  const space = body.slice(0, FOLD_UNITS).search(/\s\S*$/);
  if (space > FOLD_UNITS / 2) return space;
  const around = body.slice(FOLD_UNITS - 64, FOLD_UNITS + 64);
  const crossing = segmenter.segment(around).containing(64);
  return crossing === undefined || crossing.index === 0 ? FOLD_UNITS : FOLD_UNITS - 64 + crossing.index;
}
