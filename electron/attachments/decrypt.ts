/** Decrypts a file (XEP-0454: AES-256-GCM, the tag behind the data) as it comes. */
import { createDecipheriv } from "node:crypto";
import { DownloadError } from "./download.ts";

const TAG = 16;

/**
 * Nothing of what it gives may be shown or kept before it has ended.
 * @param iv hex @param key hex
 * @throws {DownloadError} at the end, when the file was changed
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
