/** Strict parsing of numbers and bytes in OMEMO elements (XEP-0384 0.3). */
import type { Element } from "@xmpp/xml";

export const NS_OMEMO = "eu.siacs.conversations.axolotl";
const MOST_ID = 0x7fffffff;
/** The type byte of an X25519 public key in libsignal; the 32 bytes of the key follow. */
const KEY_TYPE = 5;

/** Parses a device id, 1 to 2^31-1 (XEP-0384 0.3 §4.1). @returns null if invalid */
export function deviceId(text: unknown): number | null {
  const id = keyId(text);
  return id === 0 ? null : id;
}

/** Parses the id of a prekey, 0 to 2^31-1: some clients count from zero. @returns null if invalid */
export function keyId(text: unknown): number | null {
  if (typeof text !== "string" || !/^(?:0|[1-9]\d{0,9})$/.test(text)) return null;
  const id = Number(text);
  return id <= MOST_ID ? id : null;
}

/**
 * Decodes the text of an element from base64 (RFC 4648 §4). White space is allowed (`xs:base64Binary`): some clients
 * break lines.
 * @returns null if the element is missing, the base64 invalid, or the length in bytes not allowed
 */
export function bytes(
  element: Element | undefined,
  { least, most }: { least: number; most: number },
): Uint8Array | null {
  const raw = element?.getText();
  if (raw === undefined || raw.length > 2 * most + 64) return null;
  const text = raw.replace(/[ \t\r\n]+/g, "");
  const decoded = Buffer.from(text, "base64");
  // Node ignores invalid base64, so the result must encode to the same text.
  if (decoded.toString("base64") !== text || decoded.length < least || decoded.length > most) return null;
  // A copy, because a small Buffer is a view of a shared pool.
  return new Uint8Array(decoded);
}

export const base64 = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

/** Reads a public key with its type byte, which some clients omit. @returns 33 bytes, or null */
export function publicKey(element: Element | undefined): Uint8Array | null {
  const key = bytes(element, { least: 32, most: 33 });
  if (key === null) return null;
  if (key.length === 33) return key[0] === KEY_TYPE ? key : null;
  return new Uint8Array([KEY_TYPE, ...key]);
}
