/**
 * Messages encrypted with a method that we do not support: marked as such (XEP-0380), or recognizable by their content.
 * Their body is a fallback, or ciphertext, and never the text.
 */
import type { Element } from "@xmpp/xml";

/** Also announced in service discovery (XEP-0380 §3.3). */
export const NS_EME = "urn:xmpp:eme:0";
const NS_HINTS = "urn:xmpp:hints";
const NS_OMEMO = "eu.siacs.conversations.axolotl";
/** Names of the known methods (XEP-0380 §3.2). A name in the message counts for other methods only. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ["urn:xmpp:otr:0", "OTR"],
  ["jabber:x:encrypted", "OpenPGP (XEP-0027)"],
  ["urn:xmpp:openpgp:0", "OpenPGP (XEP-0373)"],
  [NS_OMEMO, "OMEMO"],
  ["urn:xmpp:omemo:1", "OMEMO 1"],
  ["urn:xmpp:omemo:2", "OMEMO 2"],
  ["urn:ietf:params:xml:ns:xmpp-e2e", "S/MIME"],
]);
const OMEMO: ReadonlySet<string> = new Set([NS_OMEMO, "urn:xmpp:omemo:1", "urn:xmpp:omemo:2"]);
/** Elements that contain ciphertext, by name, with their namespaces (XEP-0027 §4.2, XEP-0373 §3, RFC 3923 §3). */
const CIPHERTEXT: ReadonlyMap<string, string> = new Map([
  ["x", "jabber:x:encrypted"],
  ["openpgp", "urn:xmpp:openpgp:0"],
  ["e2e", "urn:ietf:params:xml:ns:xmpp-e2e"],
]);
/** A request, a message, a fragment or an error of OTR (XEP-0364 §3.1; OTR version 3, "Data types"). */
const OTR = /^\?OTR(?:[?:,|]|v\d{0,8}\?| Error:)/;
const MOST_NAME = 64;
const UNSHOWN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * The method of a message that we cannot decrypt (XEP-0380 §4). The caller has found no OMEMO that we support.
 * @param body of the stanza; null: none
 * @returns null: not encrypted, or without content to show; `method` null: unknown
 */
export function foreignEncryption(stanza: Element, body: string | null): { method: string | null } | null {
  const mark = stanza.getChild("encryption", NS_EME);
  const namespace = mark?.attrs["namespace"];
  const found = stanza.getChildElements().find((child) => isCiphertext(child, namespace));
  if (body === null && (found === undefined || isFleeting(stanza))) return null;
  if (typeof namespace === "string" && namespace !== "")
    return { method: METHODS.get(namespace) ?? nameIn(mark?.attrs["name"]) };
  if (found !== undefined) return { method: METHODS.get(String(found.attrs["xmlns"])) ?? null };
  return body !== null && OTR.test(body) ? { method: "OTR" } : null;
}

function isCiphertext(child: Element, marked: unknown): boolean {
  const { name, attrs } = child;
  const namespace: unknown = attrs["xmlns"];
  if (typeof namespace !== "string") return false;
  // OMEMO without a payload only transports keys.
  if (name === "encrypted") return !OMEMO.has(namespace) || child.getChild("payload") !== undefined;
  return namespace === marked || CIPHERTEXT.get(name) === namespace;
}

/** The message is not to be stored (XEP-0334 §4): OMEMO 2 and OX also encrypt chat states. */
const isFleeting = (stanza: Element): boolean =>
  stanza.getChild("no-store", NS_HINTS) !== undefined || stanza.getChild("no-permanent-store", NS_HINTS) !== undefined;

function nameIn(name: unknown): string | null {
  const text = typeof name === "string" ? name.slice(0, MOST_NAME).replaceAll(UNSHOWN, " ").trim() : "";
  return text === "" ? null : text;
}
