/** Fetches a shared file from the first of its sources that has it, decrypts and verifies it. */
import type { FileSource, SharedFile } from "../model/file.ts";
import { decrypted } from "./decrypt.ts";
import { download, DownloadError, type DownloadOptions } from "./download.ts";
import { TAG } from "./encrypt.ts";
import { verified } from "./verify.ts";

/** Downloads an address; another one only in tests. */
type Get = (url: string, options: DownloadOptions) => AsyncGenerator<Buffer>;

/**
 * @param take consumes the content, and drops what it has if that fails: then it gets that of the next source
 * @throws {DownloadError} the failure of the last source; also if there is none by https
 */
export async function fetchFile<T>(
  file: SharedFile,
  options: DownloadOptions,
  take: (content: AsyncGenerator<Buffer, void>) => Promise<T>,
  get: Get = download,
): Promise<T> {
  if (file.size !== null && file.size > options.limit) throw new DownloadError("the file is too large");
  let failure = new DownloadError("the file has no address");
  for (const source of file.sources.filter(({ url }) => url.startsWith("https:"))) {
    if (options.signal.aborted) break;
    try {
      return await take(contentOf(file, source, options, get));
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

function contentOf(
  file: SharedFile,
  { url, key }: FileSource,
  options: DownloadOptions,
  get: Get,
): AsyncGenerator<Buffer, void> {
  // The tag, or the padding of a block, is not part of the file.
  const pieces = get(url, key === null ? options : { ...options, limit: options.limit + TAG });
  return key === null
    ? verified(unproved(pieces), file, { mustProve: false })
    : verified(decrypted(pieces, key, file.size), file, { mustProve: true });
}

async function* unproved(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer, boolean> {
  yield* pieces;
  return false;
}
