/** The address of a new room, derived from its name. Pure. */

/** Longer local parts are legal but useless. */
const LONGEST = 60;
/** Maximum length of a name that is examined, in UTF-16 units: normalising takes quadratic time. */
const LOOKED_AT = 256;

/**
 * The local part for a name: lower case, words joined by hyphens, without characters that a JID forbids (RFC 7622
 * §3.3.1).
 * @returns empty if nothing of the name is left
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
