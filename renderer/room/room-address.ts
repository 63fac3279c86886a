/** The address of a new room, made from its name. Pure. */

/** Longer local parts are legal and no use. */
const LONGEST = 60;
/** What is looked at of a name, in UTF-16 units: to normalise takes quadratic time. */
const LOOKED_AT = 256;

/**
 * The local part for a name: lower case, words joined by hyphens, without what a JID forbids (RFC 7622 §3.3.1).
 * @returns empty when nothing of the name is left
 */
export function localPartOf(name: string): string {
  const words = name
    .slice(0, LOOKED_AT)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-");
  return [...words]
    .slice(0, LONGEST)
    .join("")
    .replace(/^[-.]+|[-.]+$/gu, "");
}
