/**
 * Reads the address in what somebody types or pastes. Mail programs, web pages and right-to-left texts put characters
 * around an address that belong to no address (RFC 7622 §3); they are removed where the meaning is certain.
 */

/** Longest text that is examined, UTF-16 units: a JID has at most 3,071 octets. */
const MOST = 4_096;
/** Marks, embeddings and isolates (UAX #9 §2), zero-width characters and the soft hyphen. */
const INVISIBLE = /[\u200B\u200E\u200F\u061C\u202A\u202B\u202C\u2060\u2066-\u2069\uFEFF\u00AD]/g;
/** Overrides show the characters in another order than they are in. */
const OVERRIDES = /[\u202D\u202E]/;
/** Fullwidth and small forms of `@`, which East Asian keyboards produce. */
const WIDE_AT = /[\uFF20\uFE6B]/g;
const SCHEME = /^(?:xmpp|mailto|im|pres):(?!\/)/i;
const PAIRS: ReadonlyMap<string, string> = new Map(
  ["<>", "()", "[]", '""', "''", "“”", "„“", "‘’", "«»", "»«", "＜＞", "〈〉", "「」", "（）"].map((pair) => [
    pair[0]!,
    pair[1]!,
  ]),
);

export type PastedAddress =
  | { address: string; problem: null }
  /** `hidden`: its characters are not in the order that the user sees. `several`: more than one address. */
  | { address: null; problem: "hidden" | "several" };

/** @returns the address, which need not be a valid one */
export function pastedAddress(text: string): PastedAddress {
  if (text.length > MOST) return { address: text, problem: null };
  if (OVERRIDES.test(text)) return { address: null, problem: "hidden" };
  let address = unwrapped(text.replace(INVISIBLE, "").replace(WIDE_AT, "@").trim());
  // A mail address with the name of its owner, `Bob <bob@example.org>` (RFC 5322 §3.4).
  const named = /^[^<>@]*[<＜]([^<>＜＞]+)[>＞]$/.exec(address);
  if (named !== null) address = unwrapped(named[1]!.trim());
  if (SCHEME.test(address)) address = decoded(address.replace(SCHEME, "").replace(/[?#].*$/s, ""));
  const between = address.split("@").slice(1, -1);
  if (between.some((part) => /[\s,;]/.test(part))) return { address: null, problem: "several" };
  return { address, problem: null };
}

/** Without pairs of brackets and quotes around the whole, and a comma or semicolon of a list behind it. */
function unwrapped(text: string): string {
  let inner = text.replace(/[,;]$/, "").trim();
  for (let depth = 0; depth < 3; depth++) {
    const first = inner.slice(0, 1);
    const last = PAIRS.get(first);
    // An address of IPv6 has its own brackets.
    if (last === undefined || !inner.endsWith(last) || /^\[[\d:a-f.]*\]$/i.test(inner)) break;
    const within = inner.slice(1, -1);
    if (within === "" || within.includes(first) || within.includes(last)) break;
    inner = within.trim();
  }
  return inner;
}

/** Percent-encoding of a URI (RFC 5122 §2.2). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A text with a percent sign, but no escape.
    if (error instanceof URIError) return text;
    throw error;
  }
}
