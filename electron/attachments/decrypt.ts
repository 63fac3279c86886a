/** Decrypts a file (XEP-0454: AES-256-GCM, the tag after the data) as a stream. */
import { createDecipheriv } from "node:crypto";
import { DownloadError } from "./download.ts";

const TAG = 16;

/**
 * The caller must neither show nor keep any output before the generator ends, because only then the tag is verified.
 * @param iv hex @param key hex
 * @throws {DownloadError} at the end, if the file was changed
 */
export async function* decrypted(
  pieces: AsyncIterable<Buffer>,
  { iv, key }: { iv: string; key: string },
): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "hex"), Buffer.from(iv, "hex"), {
    authTagLength: TAG,
  });
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const all = Buffer.concat([rest, piece]);
    const end = Math.max(0, all.length - TAG);
    rest = all.subarray(end);
    if (end > 0) yield decipher.update(all.subarray(0, end));
  }
  if (rest.length < TAG) throw new DownloadError("the file is cut off");
  decipher.setAuthTag(rest);
  try {
    decipher.final();
  } catch {
    throw new DownloadError("the file was changed on its way");
  }
}
