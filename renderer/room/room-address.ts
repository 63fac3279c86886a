/** The address of a new room, made from its name. Pure. */

/** Longer local parts are legal and no use. */
const LONGEST = 60;

/**
 * The local part for a name: lower case, words joined by hyphens, without what a JID forbids (RFC 7622 §3.3.1).
 * @returns empty when nothing of the name is left
 */
export function localPartOf(name: string): string {
  const words = name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-");
  return [...words].slice(0, LONGEST).join("").replace(/^[-.]+|[-.]+$/gu, "");
}
