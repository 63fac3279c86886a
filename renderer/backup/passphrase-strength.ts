/** Estimates the strength of a passphrase. This is only a hint: knowledge about the user matters more. */

export type Strength = "weak" | "fair" | "strong";

/** Bits per letter in a text: a word of a long list has about 13 bits and 5 letters. */
const OF_WORDS = 2.5;
/** Bits per character by character class, if it is not a text. */
const KINDS: readonly [RegExp, number][] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^a-zA-Z0-9]/, 33],
];

export function strengthOf(passphrase: string): Strength {
  // Repeated and counted characters add nothing: aaaa, 1234.
  const characters = [...passphrase.trim()];
  const length = characters.filter(
    (one, index) => index === 0 || Math.abs(one.codePointAt(0)! - characters[index - 1]!.codePointAt(0)!) > 1,
  ).length;
  const pool = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(passphrase) ? size : 0), 1);
  const isText = /^[\p{L}\s'-]+$/u.test(passphrase);
  const bits = length * (isText ? OF_WORDS : 0.75 * Math.log2(pool));
  if (bits < 45) return "weak";
  return bits < 65 ? "fair" : "strong";
}
