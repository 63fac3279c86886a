/**
 * The colours of code, found in a worker that is started with the first code that names its language. The grammars are
 * not ours, and take quadratic time for some texts: what takes too long stays without colours, and costs its worker.
 */
import { useEffect, useState } from "react";
import { logged } from "../../../log.ts";
import { startWorker } from "../../../state/files/own-worker.ts";
import type { ColourAnswer, ColourTask } from "./colour-worker.ts";
import script from "./colour-worker.ts?worker&url";

/** In UTF-16 units. */
const LONGEST = 20_000;
const LONGEST_LINE = 1_000;
/** Time for one code, ms. */
const PATIENCE = 2_000;
/** Codes whose colours are kept: a list that scrolls shows them again. */
const MOST_KEPT = 50;

const kept = new Map<string, ColourAnswer>();
let worker: Worker | null = null;
let work: Promise<unknown> = Promise.resolve();

const keyOf = (code: string, language: string): string => `${language}\n${code}`;

export const hasColours = (code: string): boolean =>
  code.length <= LONGEST && code.split("\n").every((line) => line.length <= LONGEST_LINE);

/** @returns null: the language is not known, or it took too long */
async function ask(task: ColourTask): Promise<ColourAnswer> {
  const asked = (worker ??= startWorker(script));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => end(() => reject(new Error("the worker does not answer"))), PATIENCE);
    function end(how: () => void): void {
      clearTimeout(late);
      asked.onmessage = asked.onerror = null;
      how();
    }
    asked.onmessage = ({ data }: MessageEvent<ColourAnswer>) => end(() => resolve(data));
    asked.onerror = ({ message }) => end(() => reject(new Error(message)));
    asked.postMessage(task);
  });
}

async function find(code: string, language: string): Promise<void> {
  const pieces = await ask({ code, language }).catch((error: unknown) => {
    logged("the colours of code could not be found")(error);
    worker?.terminate();
    worker = null;
    return null;
  });
  kept.set(keyOf(code, language), pieces);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
}

/** @param language as the author names it; null: unknown @returns null: no colours, or not yet */
export function useColours(code: string, language: string | null): ColourAnswer {
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
