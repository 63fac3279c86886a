/**
 * Nicknames that look like one another though they are not the same (UTS #39): whoever bears one may pretend to be the
 * other. Servers compare what is written (RFC 8266), not what is seen. Pure, and quick with thousands.
 */
import unhomoglyph from "unhomoglyph";

/** What cannot be seen at all, or only as a space. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\s]/gu;

/** Skeletons are dear, and nicknames stay. */
const skeletons = new Map<string, string>();
const KEPT = 20_000;

/** What is looked at of a name, in UTF-16 units, as long as a nickname may be: to normalise takes quadratic time. */
const LOOKED_AT = 256;

/** What is left of a name for the eye. Two names with the same look alike. */
export function skeletonOf(whole: string): string {
  const name = whole.slice(0, LOOKED_AT);
  let known = skeletons.get(name);
  if (known === undefined) {
    if (skeletons.size >= KEPT) skeletons.clear();
    // Twice: what the first turn makes of a letter may have a twin in the other case.
    known = unhomoglyph(unhomoglyph(name.normalize("NFKD").replace(UNSEEN, "")).toLowerCase()).normalize("NFC");
    skeletons.set(name, known);
  }
  return known;
}

/** Names that look alike, by what is left of them for the eye. */
export type Likenesses = ReadonlyMap<string, readonly string[]>;

export function likenesses(names: Iterable<string>): Likenesses {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const skeleton = skeletonOf(name);
    const group = groups.get(skeleton);
    if (group === undefined) groups.set(skeleton, [name]);
    else if (!group.includes(name)) group.push(name);
  }
  return groups;
}

/** @returns another name that this one could be taken for; null when there is none */
export const twinOf = (name: string, among: Likenesses): string | null =>
  among.get(skeletonOf(name))?.find((other) => other !== name) ?? null;
