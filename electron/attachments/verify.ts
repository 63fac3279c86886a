/** Compares a file with the size and the hashes that its author gave (XEP-0447 §6, XEP-0300). */
import { createHash, getHashes } from "node:crypto";
import type { FileHash, HashAlgorithm, SharedFile } from "../model/file.ts";
import { DownloadError } from "./download.ts";

/** Names of the algorithms in OpenSSL and BoringSSL, strongest first; each build has its own choice of them. */
const NAMES: readonly (readonly [HashAlgorithm, string])[] = [
  ["sha-512", "sha512"],
  ["sha3-512", "sha3-512"],
  ["blake2b-512", "blake2b512"],
  ["sha-384", "sha384"],
  ["sha-256", "sha256"],
  ["sha3-256", "sha3-256"],
  ["blake2b-256", "blake2b256"],
];

/** The strongest hash that can be computed here. */
function checkable(hashes: readonly FileHash[]): { name: string; value: string } | null {
  const here = new Set(getHashes().map((name) => name.toLowerCase()));
  for (const [algorithm, name] of NAMES) {
    const given = hashes.find((one) => one.algorithm === algorithm);
    if (given !== undefined && here.has(name)) return { name, value: given.value };
  }
  return null;
}

/**
 * The caller must neither show nor keep any output before the generator ends, because only then the hash is verified.
 * @param content returns whether it is proved to be unchanged already
 * @param source.mustProve nothing but a hash can prove it: the source is encrypted, and perhaps not by the host
 * @throws {DownloadError} if it is another file
 */
export async function* verified(
  content: AsyncGenerator<Buffer, boolean>,
  { size, hashes }: Pick<SharedFile, "size" | "hashes">,
  { mustProve }: { mustProve: boolean },
): AsyncGenerator<Buffer, void> {
  const given = checkable(hashes);
  const hash = given === null ? null : createHash(given.name);
  let length = 0;
  for (;;) {
    const { done, value } = await content.next();
    if (done === true) {
      if (size !== null && length < size) throw new DownloadError("the file is shorter than announced");
      if (given !== null && hash!.digest("base64") !== given.value) throw new DownloadError("this is another file");
      if (given === null && mustProve && !value) throw new DownloadError("the file cannot be verified");
      return;
    }
    // What follows the announced size of an encrypted file is padding (XEP-0448 §3.3).
    const piece = size !== null && mustProve ? value.subarray(0, Math.max(0, size - length)) : value;
    length += piece.length;
    if (size !== null && length > size) throw new DownloadError("the file is longer than announced");
    hash?.update(piece);
    if (piece.length > 0) yield piece;
  }
}
