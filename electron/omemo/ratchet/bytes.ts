/** Bytes as the library wants them (an `ArrayBuffer` of their own) and as everybody else does (`Uint8Array`). */
import { timingSafeEqual } from "node:crypto";

/** A copy that owns its memory: never a window into Node's pool. */
export const owned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

/**
 * Pieces one behind the other, in memory of their own: what is posted to another thread takes all of its memory along.
 */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The same memory. */
export const view = (buffer: ArrayBuffer): Uint8Array => new Uint8Array(buffer);

/** Whether both hold the same, in a time that tells nothing of where they differ. */
export const same = (a: Uint8Array | ArrayBuffer, b: Uint8Array | ArrayBuffer): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(new Uint8Array(a), new Uint8Array(b));

/** How a public key is written where it names something. */
export const base64 = (bytes: Uint8Array | ArrayBuffer): string =>
  (bytes instanceof ArrayBuffer
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString("base64");

/** A public key as Signal writes it: 0x05 and the 32 bytes of X25519. */
export const isPublicKey = (bytes: Uint8Array): boolean => bytes.byteLength === 33 && bytes[0] === 5;
