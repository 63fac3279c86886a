/** Generates a random password. */

/** Without similar characters (0 and o, 1 and l): 32 characters, so that each is worth five bits. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 5;
const GROUP = 4;

/** @returns 100 random bits in groups that can be read aloud, e.g. `k7wd-…` */
export function generatePassword(): string {
  const random = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP));
  const letters = [...random].map((byte) => LETTERS[byte % LETTERS.length]);
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * GROUP, (at + 1) * GROUP).join("")).join("-");
}
