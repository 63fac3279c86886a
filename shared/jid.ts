/**
 * JIDs: parsing, normalising and comparing (RFC 7622).
 *
 * A bare JID and a full JID are different types, so that the compiler catches the classic mistake of
 * comparing one with the other. Every JID in a `BareJid` or `FullJid` is already normalised: two of them
 * are equal exactly when their strings are.
 */
import { toASCII, toUnicode } from "tr46";
import { enforceLocalpart, enforceResourcepart } from "./precis.ts";

/** `local@domain` or `domain`, normalised. */
export type BareJid = string & { readonly __jid: "bare" };
/** `local@domain/resource` or `domain/resource`, normalised. */
export type FullJid = string & { readonly __jid: "full" };
export type Jid = BareJid | FullJid;

/** A string that is no JID; `reason` is for logs, the user sees a sentence of the catalogue. */
export class JidError extends Error {
  readonly input: string;
  constructor(input: string, reason: string) {
    super(`not a JID (${reason}): ${input.slice(0, 80)}`);
    this.name = "JidError";
    this.input = input;
  }
}

export interface JidParts {
  local: string;
  domain: string;
  resource: string;
}

const encoder = new TextEncoder();

/** Each part may hold at most 1023 octets (RFC 7622 §3.2–3.4). */
function checkLength(input: string, part: string): string {
  if (encoder.encode(part).length > 1023) throw new JidError(input, "a part is longer than 1023 octets");
  return part;
}

/** RFC 7622 §3.2: an IP literal, or an IDNA name in its Unicode form, without a final dot. */
function normaliseDomain(input: string, domain: string): string {
  const name = domain.endsWith(".") ? domain.slice(0, -1) : domain;
  if (name === "") throw new JidError(input, "no domain");
  if (/^\[[0-9a-fA-F:.]+\]$/.test(name)) return name.toLowerCase();
  const options = { checkBidi: true, checkHyphens: false, checkJoiners: true, useSTD3ASCIIRules: true };
  const ascii = toASCII(name, { ...options, verifyDNSLength: true });
  if (ascii === null || ascii === "") throw new JidError(input, "not a domain name");
  return toUnicode(ascii, options).domain;
}

/**
 * Splits and normalises a JID (RFC 7622 §3.1: the first `/` ends the bare JID, the first `@` before it
 * ends the local part).
 * @throws {JidError} when a part is empty, too long or holds a forbidden character
 */
export function parseJid(input: string): JidParts {
  const slash = input.indexOf("/");
  const bare = slash === -1 ? input : input.slice(0, slash);
  const at = bare.indexOf("@");
  const rawLocal = at === -1 ? null : bare.slice(0, at);
  const rawResource = slash === -1 ? null : input.slice(slash + 1);
  if (rawLocal === "") throw new JidError(input, "empty local part");
  if (rawResource === "") throw new JidError(input, "empty resource");
  try {
    return {
      local: rawLocal === null ? "" : checkLength(input, enforceLocalpart(rawLocal)),
      domain: checkLength(input, normaliseDomain(input, bare.slice(at + 1))),
      resource: rawResource === null ? "" : checkLength(input, enforceResourcepart(rawResource)),
    };
  } catch (error) {
    if (error instanceof JidError) throw error;
    throw new JidError(input, error instanceof Error ? error.message : "forbidden character");
  }
}

const joinBare = (parts: JidParts): BareJid =>
  (parts.local === "" ? parts.domain : `${parts.local}@${parts.domain}`) as BareJid;

/** A JID with any resource cut off. @throws {JidError} */
export function bareJid(input: string): BareJid {
  return joinBare(parseJid(input));
}

/** A JID that must have a resource. @throws {JidError} also when there is none */
export function fullJid(input: string): FullJid {
  const parts = parseJid(input);
  if (parts.resource === "") throw new JidError(input, "no resource");
  return `${joinBare(parts)}/${parts.resource}` as FullJid;
}

/** A JID as it is written, bare or full, normalised. @throws {JidError} */
export function anyJid(input: string): Jid {
  const parts = parseJid(input);
  return (parts.resource === "" ? joinBare(parts) : `${joinBare(parts)}/${parts.resource}`) as Jid;
}

/** The same as `anyJid`, but null for what is no JID: for addresses that come from the network. */
export function tryJid(input: unknown): Jid | null {
  if (typeof input !== "string") return null;
  const known = lately.get(input);
  if (known !== undefined) return known;
  const jid = normalised(input);
  if (lately.size >= MOST_LATELY) lately.clear();
  lately.set(input, jid);
  return jid;
}

/** The same few addresses come again and again, and normalising them is a good part of reading a stanza. */
const lately = new Map<string, Jid | null>();
const MOST_LATELY = 2_000;

function normalised(input: string): Jid | null {
  try {
    return anyJid(input);
  } catch (error) {
    if (error instanceof JidError) return null;
    throw error;
  }
}

/** The bare part of a normalised JID. */
export function toBare(jid: Jid): BareJid {
  const slash = jid.indexOf("/");
  return (slash === -1 ? jid : jid.slice(0, slash)) as BareJid;
}

/** The resource of a normalised JID, empty for a bare one. */
export function resourceOf(jid: Jid): string {
  const slash = jid.indexOf("/");
  return slash === -1 ? "" : jid.slice(slash + 1);
}

/** The local part of a normalised JID, empty for a domain. */
export function localOf(jid: Jid): string {
  const bare = toBare(jid);
  const at = bare.indexOf("@");
  return at === -1 ? "" : bare.slice(0, at);
}

/** The domain of a normalised JID. */
export function domainOf(jid: Jid): string {
  const bare = toBare(jid);
  return bare.slice(bare.indexOf("@") + 1);
}

export const isBare = (jid: Jid): jid is BareJid => !jid.includes("/");
export const isFull = (jid: Jid): jid is FullJid => jid.includes("/");
