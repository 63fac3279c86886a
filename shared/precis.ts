/**
 * PRECIS preparation of localparts and resourceparts (RFC 8264, RFC 8265 §3.3 UsernameCaseMapped, §4.2 OpaqueString),
 * derived from the Unicode properties of the JavaScript engine. Normalisation takes quadratic time on runs of combining
 * marks, so the length is checked first.
 */

/** Octet limit of one part of a JID (RFC 7622 §3.2 to §3.4). */
export const MOST_OCTETS = 1023;
const encoder = new TextEncoder();

/** The length in UTF-8. */
export const octets = (text: string): number => encoder.encode(text).length;

/** @throws {Error} when a part of a JID is longer than 1023 octets; a huge text is not even encoded */
export function checkLength(part: string): string {
  if (part.length > MOST_OCTETS || octets(part) > MOST_OCTETS) throw new Error(`longer than ${MOST_OCTETS} octets`);
  return part;
}

/** ASCII that needs no check of single characters: nearly every address. */
const PLAIN = /^[\u0021-\u007E]*$/;
const PLAIN_FREEFORM = /^[\u0020-\u007E]*$/;
const ASCII7 = /^[\u0021-\u007E]$/;
const LETTER_DIGITS = /^[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]$/u;
const OTHER_LETTER_DIGITS = /^[\p{Lt}\p{Nl}\p{No}\p{Me}]$/u;
const SPACES = /^\p{Zs}$/u;
const SYMBOLS = /^[\p{Sm}\p{Sc}\p{Sk}\p{So}]$/u;
const PUNCTUATION = /^[\p{Pc}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}]$/u;
const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]$/u;
const CONTROL = /^\p{Cc}$/u;
const OLD_HANGUL_JAMO = /^[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]$/;
/** RFC 8264 §9.6 (RFC 5892 §2.6): allowed despite their category. */
const EXCEPTIONS_VALID = new Set("\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007");
/** Allowed only in context (RFC 5892 appendix A). */
const CONTEXTUAL = new Set("\u00B7\u0375\u05F3\u05F4\u30FB");
const EXCEPTIONS_DISALLOWED = new Set("\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B");
const CONTEXT_DIGITS = /^[\u0660-\u0669\u06F0-\u06F9]$/;

/** Properties of the whole text that contextual rules need; computed once. */
interface Whole {
  hasJapanese: boolean;
  /** Arabic-Indic and extended Arabic-Indic digits must not be mixed (RFC 5892 A.8, A.9). */
  mixesDigits: boolean;
}

function contextAllowed(char: string, before: string, after: string, whole: Whole): boolean {
  switch (char) {
    case "\u00B7":
      return before === "l" && after === "l";
    case "\u0375":
      return /^\p{Script=Greek}$/u.test(after);
    case "\u05F3":
    case "\u05F4":
      return /^\p{Script=Hebrew}$/u.test(before);
    case "\u30FB":
      return whole.hasJapanese;
    default:
      return !whole.mixesDigits;
  }
}

/** RFC 8264 §8: the derived property, for both string classes. */
function allowed(char: string, freeform: boolean, before: string, after: string, whole: Whole): boolean {
  if (EXCEPTIONS_VALID.has(char)) return true;
  if (CONTEXTUAL.has(char) || CONTEXT_DIGITS.test(char)) return contextAllowed(char, before, after, whole);
  if (EXCEPTIONS_DISALLOWED.has(char)) return false;
  if (ASCII7.test(char)) return true;
  if (char === "\u200C" || char === "\u200D") return /\p{Script=Arabic}|\p{Mn}/u.test(before);
  if (OLD_HANGUL_JAMO.test(char) || IGNORABLE.test(char) || CONTROL.test(char)) return false;
  if (char.normalize("NFKC") !== char) return freeform;
  if (LETTER_DIGITS.test(char)) return true;
  return (
    freeform && (OTHER_LETTER_DIGITS.test(char) || SPACES.test(char) || SYMBOLS.test(char) || PUNCTUATION.test(char))
  );
}

function checkClass(text: string, freeform: boolean): void {
  if (freeform ? PLAIN_FREEFORM.test(text) : PLAIN.test(text)) return;
  const chars = [...text];
  const whole = {
    hasJapanese: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text),
    mixesDigits: /[\u0660-\u0669]/.test(text) && /[\u06F0-\u06F9]/.test(text),
  };
  chars.forEach((char, at) => {
    if (!allowed(char, freeform, chars[at - 1] ?? "", chars[at + 1] ?? "", whole)) {
      const point = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      throw new Error(`forbidden character U+${point}`);
    }
  });
}

const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LTR = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]/u;

/** RFC 8265 §3.3.2: the Bidi Rule (RFC 5893), simplified for names: no mixed directions. */
function checkDirection(text: string): void {
  if (RTL.test(text) && LTR.test(text)) throw new Error("mixed writing directions");
}

/** Maps full-width and half-width forms to their ordinary ones (RFC 8264 §5.2.1). */
function mapWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF5E\uFF65-\uFFDC\uFFE0-\uFFEE]/g, (char) => char.normalize("NFKC"));
}

/**
 * Prepares a localpart for comparison: width-mapped, lower case, NFC (RFC 8265 §3.3.3), without the characters that RFC
 * 7622 §3.3.1 also forbids.
 * @param input at most 1023 octets, before and after
 * @throws {Error} naming the first forbidden character
 */
export function enforceLocalpart(input: string): string {
  const text = checkLength(mapWidth(checkLength(input)).toLowerCase().normalize("NFC"));
  if (text === "") throw new Error("empty local part");
  const bad = /["&'/:<>@]/.exec(text);
  if (bad) throw new Error(`forbidden character ${bad[0]} in a local part`);
  checkClass(text, false);
  checkDirection(text);
  return text;
}

/**
 * Prepares a resourcepart for comparison: maps any space to U+0020, NFC (RFC 8265 §4.2.2).
 * @param input at most 1023 octets, before and after
 * @throws {Error} naming the first forbidden character
 */
export function enforceResourcepart(input: string): string {
  const text = checkLength(
    checkLength(input)
      .replace(/\p{Zs}/gu, " ")
      .normalize("NFC"),
  );
  if (text === "") throw new Error("empty resource");
  checkClass(text, true);
  return text;
}
