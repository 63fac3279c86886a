/**
 * Finds the message for which the server ends the stream. Resumed or sent again, it would end every stream and block
 * all messages after it. Those that were under way are sent one at a time: the one that is alone when the stream ends
 * in the same way fails.
 */

export interface Suspects {
  /** There are suspects, so messages are sent one at a time. */
  readonly some: boolean;
  /** This message is sent now; alone if there are suspects. */
  sent(originId: string): void;
  /** The server has acknowledged these. @returns true if the next one may be sent */
  cleared(originIds: readonly string[]): boolean;
  /** Only these are still waiting. */
  retain(waiting: ReadonlySet<string>): void;
  /** The server ended the stream because of our input. @returns the message to blame; null: not known yet */
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
