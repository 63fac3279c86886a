/**
 * JIDs: parsing, normalisation and comparison (RFC 7622).
 *
 * Bare and full JIDs are different types, so the compiler catches a comparison of one with the other. Each `BareJid`
 * and `FullJid` is normalised: two JIDs are equal exactly when their strings are. What a person types must keep the
 * rules (`tryJid`). What a server passes on need not (`receivedJid`): a part that breaks them stays as it is.
 */
import { toASCII, toUnicode } from "tr46";
import { localOf, resourceOf, type BareJid, type FullJid, type Jid } from "./jid-parts.ts";
import { checkLength, enforceLocalpart, enforceResourcepart, MOST_OCTETS, octets } from "./precis.ts";

export * from "./jid-parts.ts";

/** The string is not a JID. `reason` is for logs; the user sees a sentence of the catalogue. */
export class JidError extends Error {
  constructor(input: string, reason: string) {
    super(`not a JID (${reason}): ${input.slice(0, 80)}`);
    this.name = "JidError";
  }
}

export interface JidParts {
  local: string;
  domain: string;
  resource: string;
}

/** Limit of a whole JID in octets: three parts and two separators (RFC 7622 §3.1). */
export const MOST_OF_JID = 3 * MOST_OCTETS + 2;
/** Limit of a domain name (RFC 1035 §2.3.4): 253 octets, hence at most 253 characters. */
const MOST_OF_DOMAIN = 253;

/**
 * Lower-case ASCII labels are their own Unicode form. Excludes `--`, which may be IDNA, and an all-digit last label.
 */
const PLAIN_DOMAIN = /^(?!.*--)(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{0,62}[a-z]$/;

/** RFC 7622 §3.2: an IP literal, or an IDNA name in its Unicode form, without a final dot. */
function normaliseDomain(input: string, domain: string): string {
  const name = domain.endsWith(".") ? domain.slice(0, -1) : domain;
  if (name === "") throw new JidError(input, "no domain");
  // The functions below take more than linear time. A character has at most two UTF-16 units.
  if (name.length > 2 * MOST_OF_DOMAIN || [...name].length > MOST_OF_DOMAIN)
    throw new JidError(input, "too long for a domain name");
  if (PLAIN_DOMAIN.test(name)) return name;
  if (/^\[[0-9a-fA-F:.]+\]$/.test(name)) return name.toLowerCase();
  const options = { checkBidi: true, checkHyphens: false, checkJoiners: true, useSTD3ASCIIRules: true };
  const ascii = toASCII(name, { ...options, verifyDNSLength: true });
  if (ascii === null || ascii === "") throw new JidError(input, "not a domain name");
  return toUnicode(ascii, options).domain;
}

/**
 * Splits and normalises a JID (RFC 7622 §3.1: the first `/` ends the bare JID, the first `@` before it ends the local
 * part).
 * @throws {JidError} when a part is empty, too long or holds a forbidden character
 */
export function parseJid(input: string): JidParts {
  if (input.length > MOST_OF_JID) throw new JidError(input, `longer than ${MOST_OF_JID} octets`);
  const slash = input.indexOf("/");
  const bare = slash === -1 ? input : input.slice(0, slash);
  const at = bare.indexOf("@");
  const rawLocal = at === -1 ? null : bare.slice(0, at);
  const rawResource = slash === -1 ? null : input.slice(slash + 1);
  if (rawLocal === "") throw new JidError(input, "empty local part");
  if (rawResource === "") throw new JidError(input, "empty resource");
  try {
    return {
      local: rawLocal === null ? "" : enforceLocalpart(rawLocal),
      domain: checkLength(normaliseDomain(input, bare.slice(at + 1))),
      resource: rawResource === null ? "" : enforceResourcepart(rawResource),
    };
  } catch (error) {
    if (error instanceof JidError) throw error;
    throw new JidError(input, error instanceof Error ? error.message : "forbidden character");
  }
}

const joinBare = (parts: JidParts): BareJid =>
  (parts.local === "" ? parts.domain : `${parts.local}@${parts.domain}`) as BareJid;

/** The JID without its resource. @throws {JidError} */
export function bareJid(input: string): BareJid {
  return joinBare(parseJid(input));
}

/** A JID that must have a resource. @throws {JidError} also when there is none */
export function fullJid(input: string): FullJid {
  const parts = parseJid(input);
  if (parts.resource === "") throw new JidError(input, "no resource");
  return `${joinBare(parts)}/${parts.resource}` as FullJid;
}

/** A bare or full JID. @throws {JidError} */
export function anyJid(input: string): Jid {
  const parts = parseJid(input);
  return (parts.resource === "" ? joinBare(parts) : `${joinBare(parts)}/${parts.resource}`) as Jid;
}

/** Like `anyJid`, but returns null for an invalid JID: for addresses that a person types, pastes or opens. */
export function tryJid(input: unknown): Jid | null {
  if (typeof input !== "string") return null;
  try {
    return anyJid(input);
  } catch (error) {
    if (error instanceof JidError) return null;
    throw error;
  }
}

/** What no address holds, however lax its server: controls, line breaks, noncharacters and half surrogate pairs. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/u;
/** A domain has no blanks, is not only full stops, and an `@` in it would move the end of the local part. */
const GIVEN_DOMAIN = /^(?=[^]*[^.])[^\s@]+$/u;

/**
 * The parts of a JID that breaks the rules, which servers are known to pass on. A part that the rules allow is
 * normalised, so that one address never becomes two; the others stay as they are and are compared by bytes.
 * @returns null if it cannot be split, or holds what no address may
 */
function asGiven(input: string): Jid | null {
  if (UNFIT.test(input)) return null;
  const slash = input.indexOf("/");
  const bare = slash === -1 ? input : input.slice(0, slash);
  const at = bare.indexOf("@");
  const domain = bare.slice(at + 1);
  if (at === 0 || slash === input.length - 1 || !GIVEN_DOMAIN.test(domain)) return null;
  const local = bare.slice(0, Math.max(at, 0));
  const resource = input.slice(bare.length + 1);
  // One part at a time, beside parts that are right.
  const [ruledLocal, ruledDomain, ruledResource] = [tryJid(`${local}@a`), tryJid(domain), tryJid(`a/${resource}`)];
  const newLocal = ruledLocal === null ? local : localOf(ruledLocal);
  const newResource = ruledResource === null ? resource : resourceOf(ruledResource);
  const whole = `${newLocal === "" ? "" : `${newLocal}@`}${ruledDomain ?? domain}${newResource === "" ? "" : `/${newResource}`}`;
  return whole.length > MOST_OF_JID || octets(whole) > MOST_OF_JID ? null : (whole as Jid);
}

/**
 * The address in a stanza. One that RFC 7622 refuses is kept as the server gave it, or its messages would be lost. Null
 * for what is no address at all. Cached.
 */
export function receivedJid(input: unknown): Jid | null {
  if (typeof input !== "string" || input.length > MOST_OF_JID) return null;
  const known = lately.get(input);
  if (known !== undefined) return known;
  const jid = tryJid(input) ?? asGiven(input);
  return remember(input, jid === null ? null : (ownCopy(jid) as Jid));
}

/** Whether a received address breaks the rules of RFC 7622. */
export const breaksRules = (jid: Jid): boolean => tryJid(jid) === null;

/** Cache of recent results: few addresses recur often, and normalisation is a notable share of reading a stanza. */
const lately = new Map<string, Jid | null>();
/** Limits of the cache: entries, and UTF-16 units in total. */
const MOST_LATELY = 2_000;
const MOST_UNITS = 200_000;
let held = 0;

function remember(input: string, jid: Jid | null): Jid | null {
  const units = input.length + (jid?.length ?? 0);
  if (lately.size >= MOST_LATELY || held + units > MOST_UNITS) {
    lately.clear();
    held = 0;
  }
  held += units;
  lately.set(jid === input ? jid : ownCopy(input), jid);
  return jid;
}

/**
 * Copies a string. V8 keeps the parent of a slice in memory, here a whole stanza or read buffer; `join` allocates a new
 * string.
 */
const ownCopy = (text: string): string => text.split("").join("");
