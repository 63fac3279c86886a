/** Converts between the `ArrayBuffer` that the library requires and `Uint8Array`. */
import { timingSafeEqual } from "node:crypto";

/** A copy in its own buffer, not a view of Node's pool. */
export const owned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

/** Concatenates into a buffer of its own: posting a view to another thread would copy its whole underlying buffer. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A view of the same memory. */
export const view = (buffer: ArrayBuffer): Uint8Array => new Uint8Array(buffer);

/** Compares in constant time. */
export const same = (a: Uint8Array | ArrayBuffer, b: Uint8Array | ArrayBuffer): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(new Uint8Array(a), new Uint8Array(b));

/** Base64, used for public keys that name chains and sessions. */
export const base64 = (bytes: Uint8Array | ArrayBuffer): string =>
  (bytes instanceof ArrayBuffer
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString("base64");

/** Whether this is a public key in Signal's form: 0x05 and the 32 bytes of X25519. */
export const isPublicKey = (bytes: Uint8Array): boolean => bytes.byteLength === 33 && bytes[0] === 5;
