/**
 * The colours of code. What finds them is loaded with the first code that names its language.
 *
 * The grammars are not ours, and take quadratic time for some texts: only short code with short lines gets colours, one
 * piece at a time, so that the window answers in between.
 */
import { useEffect, useState } from "react";
import { logged } from "../../../log.ts";
import type { Piece } from "./highlight.ts";

/** In UTF-16 units. At this length the worst text known takes a tenth of a second. */
const LONGEST = 4_000;
const LONGEST_LINE = 240;
/** Codes whose colours are kept: a list that scrolls shows them again. */
const MOST_KEPT = 50;

type Colours = readonly Piece[] | null;
const kept = new Map<string, Colours>();
let work: Promise<unknown> = Promise.resolve();

const keyOf = (code: string, language: string): string => `${language}\n${code}`;

export const hasColours = (code: string): boolean =>
  code.length <= LONGEST && code.split("\n").every((line) => line.length <= LONGEST_LINE);

async function find(code: string, language: string): Promise<void> {
  const { highlight } = await import("./highlight.ts");
  // Everything else that waits comes first.
  await new Promise((resolve) => setTimeout(resolve));
  kept.set(keyOf(code, language), highlight(code, language));
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
}

/** @param language as the author names it; null: unknown @returns null: no colours, or not yet */
export function useColours(code: string, language: string | null): Colours {
  const [, setFound] = useState(0);
  const key = language !== null && hasColours(code) ? keyOf(code, language) : null;
  useEffect(() => {
    if (language === null || key === null || kept.has(key)) return;
    let isGone = false;
    work = work
      .then(() => (isGone || kept.has(key) ? undefined : find(code, language)))
      .then(() => {
        if (!isGone) setFound((times) => times + 1);
      })
      .catch(logged("the colours of code could not be found"));
    return () => {
      isGone = true;
    };
  }, [code, language, key]);
  return key === null ? null : (kept.get(key) ?? null);
}
