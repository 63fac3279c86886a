/** Lists of what waits for the user, of which the core tells only what changed. */

export interface Difference<T extends K, K> {
  changed: readonly T[];
  removed: readonly K[];
}

/** @param keyOf two entries are the same when it gives the same */
export function withDifference<T extends K, K>(
  held: readonly T[],
  { changed, removed }: Difference<T, K>,
  keyOf: (one: K) => string,
): T[] {
  const gone = new Set([...changed, ...removed].map(keyOf));
  return [...held.filter((one) => !gone.has(keyOf(one))), ...changed];
}
