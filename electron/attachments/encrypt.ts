/** Encrypts a file as a stream (XEP-0454 §3: AES-256-GCM, the tag after the data). */
import { createCipheriv, randomBytes } from "node:crypto";

/** Bytes of the tag. */
export const TAG = 16;

/** Hex: 12 and 32 bytes. Good for one file only. */
export interface TaggedKey {
  iv: string;
  key: string;
}

export const newFileKey = (): TaggedKey => ({
  iv: randomBytes(12).toString("hex"),
  key: randomBytes(32).toString("hex"),
});

/** The size of an encrypted file, bytes. @param size of the file */
export const encryptedSize = (size: number): number => size + TAG;

/** @returns the encrypted pieces, then the tag; without the tag nobody can decrypt them */
export async function* encrypted(pieces: AsyncIterable<Uint8Array>, { iv, key }: TaggedKey): AsyncGenerator<Buffer> {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "hex"), Buffer.from(iv, "hex"), { authTagLength: TAG });
  for await (const piece of pieces) if (piece.length > 0) yield cipher.update(piece);
  cipher.final();
  yield cipher.getAuthTag();
}
