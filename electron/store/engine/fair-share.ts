/**
 * Bounds of lists that strangers fill. The oldest entries stay, so a flood pushes nothing out that is there. A full
 * list still has a place for a domain that is hardly in it: the domain with the most entries gives up its newest.
 */

/** Entries of an account, and those for which the same domain, or contact, answers. */
export const MOST = { account: 200, owner: 20 };

export interface Share<T> {
  /** What stays, oldest first, the newcomer among it where there is a place. */
  kept: T[];
  /** What has to go of what was there. */
  gone: T[];
}

/**
 * @param held oldest first; what is over the bounds goes, also without a newcomer
 * @param ownersOf the domains, or contacts, that answer for an entry; it counts for each. Empty: it never has to go
 */
export function fairShare<T>(held: readonly T[], ownersOf: (one: T) => readonly string[], newcomer?: T): Share<T> {
  const counts = new Map<string, number>();
  const of = (one: T): number => Math.max(0, ...ownersOf(one).map((owner) => counts.get(owner) ?? 0));
  const count = (one: T): void => {
    for (const owner of ownersOf(one)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  };
  const kept: T[] = [];
  const gone: T[] = [];
  let bounded = 0;
  for (const one of held) {
    const isBounded = ownersOf(one).length > 0;
    if (isBounded && (bounded >= MOST.account || of(one) >= MOST.owner)) {
      gone.push(one);
      continue;
    }
    kept.push(one);
    count(one);
    if (isBounded) bounded++;
  }
  if (newcomer === undefined) return { kept, gone };
  if (ownersOf(newcomer).length > 0) {
    if (of(newcomer) >= MOST.owner) return { kept, gone };
    if (bounded >= MOST.account) {
      const most = Math.max(...kept.map(of));
      if (most <= of(newcomer) + 1) return { kept, gone };
      gone.push(
        ...kept.splice(
          kept.findLastIndex((one) => of(one) === most),
          1,
        ),
      );
    }
  }
  kept.push(newcomer);
  return { kept, gone };
}
