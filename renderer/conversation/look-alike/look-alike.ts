/**
 * Finds nicknames that look alike although they differ (UTS #39), because one may impersonate the other. Servers
 * compare the characters (RFC 8266), not their appearance. Pure, and fast with thousands.
 */
import unhomoglyph from "unhomoglyph";

/** Invisible characters and spaces. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\s]/gu;

/** Skeletons are expensive, and nicknames rarely change. */
const skeletons = new Map<string, string>();
const KEPT = 20_000;

/** Maximum length that is examined, in UTF-16 units, as long as a nickname may be: normalising takes quadratic time. */
const LOOKED_AT = 256;

/** The visual skeleton of a name. Two names with the same skeleton look alike. */
export function skeletonOf(whole: string): string {
  const name = whole.slice(0, LOOKED_AT);
  let known = skeletons.get(name);
  if (known === undefined) {
    if (skeletons.size >= KEPT) skeletons.clear();
    // Twice: the result for a letter may resemble one in the other case.
    known = unhomoglyph(unhomoglyph(name.normalize("NFKD").replace(UNSEEN, "")).toLowerCase()).normalize("NFC");
    skeletons.set(name, known);
  }
  return known;
}

/** Names that look alike, by skeleton. */
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

/** @returns another name that resembles this one; null if there is none */
export const twinOf = (name: string, among: Likenesses): string | null =>
  among.get(skeletonOf(name))?.find((other) => other !== name) ?? null;
