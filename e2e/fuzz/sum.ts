/** The result of a run, as a line that people and scripts read. */
import type { Kind } from "./findings.ts";

export interface Sum {
  stanzas: number;
  counts: Record<Exclude<Kind, "guarded">, number>;
  /** The most processor time that one stanza took, in all threads, in ms. */
  slowest: number;
}

export const summary = ({ stanzas, counts, slowest }: Sum): string =>
  `stanzas ${stanzas}, stopped ${counts.stopped}, uncaught ${counts.uncaught}, uncloneable ${counts.uncloneable}, slowest ${Math.round(slowest)}ms`;

/** @returns null for a line that is not a `summary` */
export function readSummary(line: string): Sum | null {
  const found = /^stanzas (\d+), stopped (\d+), uncaught (\d+), uncloneable (\d+), slowest (\d+)ms$/.exec(line);
  if (found === null) return null;
  const [stanzas, stopped, uncaught, uncloneable, slowest] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { stanzas, counts: { stopped, uncaught, uncloneable }, slowest };
}

/** Sums up parallel runs; null stands for one that ended without a result. */
export function total(parts: readonly (Sum | null)[]): Sum {
  const sum: Sum = { stanzas: 0, counts: { stopped: 0, uncaught: 0, uncloneable: 0 }, slowest: 0 };
  for (const part of parts) {
    sum.counts.stopped += part?.counts.stopped ?? 1;
    sum.counts.uncaught += part?.counts.uncaught ?? 0;
    sum.counts.uncloneable += part?.counts.uncloneable ?? 0;
    sum.stanzas += part?.stanzas ?? 0;
    sum.slowest = Math.max(sum.slowest, part?.slowest ?? 0);
  }
  return sum;
}

export const isPerfect = ({ counts }: Sum): boolean => counts.stopped + counts.uncaught + counts.uncloneable === 0;
