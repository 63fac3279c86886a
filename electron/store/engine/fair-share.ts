/**
 * Limits lists that strangers can fill. The oldest entries stay, so a flood pushes nothing out. A full list still
 * accepts an entry of a domain with few entries: the domain with the most entries gives up its newest.
 */

/** Maximum number of entries per account, and per domain or contact. */
export const MOST = { account: 200, owner: 20 };

export interface Share<T> {
  /** The entries to keep, oldest first, including the newcomer if there is space. */
  kept: T[];
  /** Existing entries to drop. */
  dropped: T[];
}

/**
 * @param held oldest first; those above the limits are dropped, also without a newcomer
 * @param ownersOf the domains or contacts whose limit an entry counts for. Empty: it is never dropped
 */
export function fairShare<T>(held: readonly T[], ownersOf: (one: T) => readonly string[], newcomer?: T): Share<T> {
  const counts = new Map<string, number>();
  const of = (one: T): number => Math.max(0, ...ownersOf(one).map((owner) => counts.get(owner) ?? 0));
  const count = (one: T): void => {
    for (const owner of ownersOf(one)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  };
  const kept: T[] = [];
  const dropped: T[] = [];
  let bounded = 0;
  for (const one of held) {
    const isBounded = ownersOf(one).length > 0;
    if (isBounded && (bounded >= MOST.account || of(one) >= MOST.owner)) {
      dropped.push(one);
      continue;
    }
    kept.push(one);
    count(one);
    if (isBounded) bounded++;
  }
  if (newcomer === undefined) return { kept, dropped };
  if (ownersOf(newcomer).length > 0) {
    if (of(newcomer) >= MOST.owner) return { kept, dropped };
    if (bounded >= MOST.account) {
      const most = Math.max(...kept.map(of));
      if (most <= of(newcomer) + 1) return { kept, dropped };
      dropped.push(
        ...kept.splice(
          kept.findLastIndex((one) => of(one) === most),
          1,
        ),
      );
    }
  }
  kept.push(newcomer);
  return { kept, dropped };
}
