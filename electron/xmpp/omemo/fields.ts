/** The numbers and bytes in OMEMO's elements (XEP-0384 0.3), strictly: what is not exactly one is none. */
import type { Element } from "@xmpp/xml";

export const NS_OMEMO = "eu.siacs.conversations.axolotl";
const MOST_ID = 0x7fffffff;
/** A public key of libsignal: this byte says that it is one of X25519, whose 32 bytes follow. */
const KEY_TYPE = 5;

/** A device id, 1 to 2^31-1 (XEP-0384 0.3 §4.1). @returns null for anything else */
export function deviceId(text: unknown): number | null {
  const id = keyId(text);
  return id === 0 ? null : id;
}

/** The id of a prekey. Some clients count from zero. @returns null unless it is 0 to 2^31-1 */
export function keyId(text: unknown): number | null {
  if (typeof text !== "string" || !/^(?:0|[1-9]\d{0,9})$/.test(text)) return null;
  const id = Number(text);
  return id <= MOST_ID ? id : null;
}

/**
 * The bytes of an element's own text, in base64 (RFC 4648 §4). White space is allowed (`xs:base64Binary`): some clients
 * break lines.
 * @returns null when there is no element, when it is no base64 and when its length, in bytes, is not allowed
 */
export function bytes(
  element: Element | undefined,
  { least, most }: { least: number; most: number },
): Uint8Array | null {
  const raw = element?.getText();
  if (raw === undefined || raw.length > 2 * most + 64) return null;
  const text = raw.replace(/[ \t\r\n]+/g, "");
  const decoded = Buffer.from(text, "base64");
  // Node passes over what is no base64: only what comes out the same again was some.
  if (decoded.toString("base64") !== text || decoded.length < least || decoded.length > most) return null;
  // A copy, since a small Buffer is a window into memory that it shares with others.
  return new Uint8Array(decoded);
}

export const base64 = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

/** A public key with its type byte; some clients leave it out. @returns 33 bytes, or null */
export function publicKey(element: Element | undefined): Uint8Array | null {
  const key = bytes(element, { least: 32, most: 33 });
  if (key === null) return null;
  if (key.length === 33) return key[0] === KEY_TYPE ? key : null;
  return new Uint8Array([KEY_TYPE, ...key]);
}
