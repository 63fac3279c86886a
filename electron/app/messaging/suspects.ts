/**
 * Finds the message for which the server ends the stream. Resumed or sent again it would end each stream, and what
 * waits behind it would never go. Of those that were under way each goes alone: the one that is alone when the stream
 * ends in the same way is given up.
 */

export interface Suspects {
  /** Some are under suspicion, so that messages go one at a time. */
  readonly some: boolean;
  /** This one goes now; under suspicion it is alone. */
  sent(originId: string): void;
  /** The server has these. @returns true when the next one may go */
  cleared(originIds: readonly string[]): boolean;
  /** Only these wait at all. */
  retain(waiting: ReadonlySet<string>): void;
  /** The server ended the stream for what it heard. @returns the one that did it; null: that cannot be told yet */
  ended(underWay: ReadonlySet<string>): string | null;
}

export function createSuspects(): Suspects {
  const all = new Set<string>();
  let alone: string | null = null;

  return {
    get some() {
      return all.size > 0;
    },
    sent(originId) {
      alone = all.size > 0 ? originId : null;
    },
    cleared(originIds) {
      const wasCareful = all.size > 0;
      for (const one of originIds) {
        all.delete(one);
        if (one === alone) alone = null;
      }
      return wasCareful;
    },
    retain(waiting) {
      for (const one of all) if (!waiting.has(one)) all.delete(one);
    },
    ended(underWay) {
      const guilty = alone !== null && underWay.has(alone) ? alone : null;
      alone = null;
      if (guilty !== null) all.delete(guilty);
      else for (const one of underWay) all.add(one);
      return guilty;
    },
  };
}
