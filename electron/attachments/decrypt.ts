/** Decrypts a file as a stream: AES-GCM with its tag after the data (XEP-0454), and the ciphers of XEP-0448 §4. */
import { createDecipheriv } from "node:crypto";
import type { FileKey } from "../model/file.ts";
import { DownloadError } from "./download.ts";
import { TAG } from "./encrypt.ts";

/** Bytes that are decrypted at a time: a TLS record holds 16 KiB, and each piece has its price in every step. */
const BATCH = 128 * 1024;

/**
 * The caller must neither show nor keep any output before the generator ends, because only then the tag is verified.
 * @param size of the decrypted file, bytes, as the author says: with XEP-0448 it tells whether there is a tag
 * @returns at its end, whether a tag has proved that the file is unchanged
 * @throws {DownloadError} at the end, if the file was changed
 */
export function decrypted(
  pieces: AsyncIterable<Buffer>,
  key: FileKey,
  size: number | null = null,
): AsyncGenerator<Buffer, boolean> {
  return key.cipher === "aes-256-cbc" ? fromCbc(pieces, key) : fromGcm(pieces, key, size);
}

async function* fromGcm(
  pieces: AsyncIterable<Buffer>,
  { cipher, iv, key }: FileKey,
  size: number | null,
): AsyncGenerator<Buffer, boolean> {
  const name = cipher === "aes-128-gcm" ? "aes-128-gcm" : "aes-256-gcm";
  const decipher = createDecipheriv(name, Buffer.from(key, "hex"), Buffer.from(iv, "hex"), { authTagLength: TAG });
  // These may be the tag.
  let rest: Buffer = Buffer.alloc(0);
  let length = 0;
  for await (const piece of batched(pieces)) {
    length += piece.length;
    const end = Math.max(0, rest.length + piece.length - TAG);
    if (end >= rest.length) {
      if (rest.length > 0) yield decipher.update(rest);
      yield decipher.update(piece.subarray(0, end - rest.length));
      rest = piece.subarray(end - rest.length);
    } else {
      if (end > 0) yield decipher.update(rest.subarray(0, end));
      rest = Buffer.concat([rest.subarray(end), piece]);
    }
  }
  if (cipher !== "aes-256-gcm-tagged" && length === size) {
    yield decipher.update(rest);
    return false;
  }
  if (rest.length < TAG) throw new DownloadError("the file is cut off");
  decipher.setAuthTag(rest);
  try {
    decipher.final();
  } catch {
    throw new DownloadError("the file was changed on its way");
  }
  return true;
}

/** Joins small pieces; passes on large ones as they are. */
export async function* batched(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < BATCH) continue;
    yield held.length === 1 ? piece : Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

async function* fromCbc(pieces: AsyncIterable<Buffer>, { iv, key }: FileKey): AsyncGenerator<Buffer, boolean> {
  const decipher = createDecipheriv("aes-256-cbc", Buffer.from(key, "hex"), Buffer.from(iv, "hex"));
  for await (const piece of pieces) yield decipher.update(piece);
  try {
    yield decipher.final();
  } catch {
    throw new DownloadError("the file was changed on its way");
  }
  return false;
}
