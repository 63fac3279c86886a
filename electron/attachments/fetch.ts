/** Fetches a shared file from the first of its sources that has it, decrypts and verifies it. */
import { allSources, type FileKey, type FileSource, type SharedFile } from "../model/file.ts";
import { batched, decrypted } from "./decrypt.ts";
import { download, DownloadError, type DownloadOptions } from "./download.ts";
import { encryptedSize, TAG, type TaggedKey } from "./encrypt.ts";
import { verified } from "./verify.ts";

/** Downloads an address; another one only in tests. */
type Get = (url: string, options: DownloadOptions) => AsyncGenerator<Buffer>;

/** The content of a file from one source; it is read once, in either form. */
export interface Content {
  plain(): AsyncGenerator<Buffer, void>;
  /** As its author encrypted it, if that is the form of our own copies: it need not be encrypted again. */
  sealed: SealedContent | null;
}

export interface SealedContent {
  key: TaggedKey;
  /**
   * The encrypted pieces and the tag, decrypted and verified as they pass.
   * @returns at its end, the size of the file itself, bytes
   */
  pieces(): AsyncGenerator<Buffer, number>;
}

export interface FetchOptions extends DownloadOptions {
  /** @param received bytes from this source so far */
  progress?: (received: number) => void;
}

/**
 * @param take consumes the content, and drops what it has if that fails: then it gets that of the next source
 * @throws {DownloadError} the failure of the last source; also if there is none by https
 */
export async function fetchFile<T>(
  file: SharedFile,
  options: FetchOptions,
  take: (content: Content) => Promise<T>,
  get: Get = download,
): Promise<T> {
  if (file.size !== null && file.size > options.limit) throw new DownloadError("the file is too large");
  let failure = new DownloadError("the file has no address");
  for (const source of allSources(file).filter(({ url }) => url.startsWith("https:"))) {
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

function contentOf(file: SharedFile, { url, key }: FileSource, options: FetchOptions, get: Get): Content {
  // The tag, or the padding of a block, is not part of the file.
  const limit = key === null ? options.limit : options.limit + TAG;
  const pieces = () => counted(get(url, { ...options, limit }), options.progress);
  if (key === null) return { plain: () => verified(unproved(pieces()), file, { mustProve: false }), sealed: null };
  const opened = (from: AsyncIterable<Buffer>) => verified(decrypted(from, key, file.size), file, { mustProve: true });
  return {
    plain: () => opened(pieces()),
    sealed: isCopyKey(key) ? { key, pieces: () => passed(pieces(), opened) } : null,
  };
}

/** A key of the form that `encrypted` uses. */
const isCopyKey = ({ cipher, iv }: FileKey): boolean => cipher === "aes-256-gcm-tagged" && iv.length === 24;

/** The pieces as they are, while they are read in another form: each only when its content was read. */
async function* passed(
  pieces: AsyncGenerator<Buffer>,
  read: (pieces: AsyncIterable<Buffer>) => AsyncGenerator<Buffer, void>,
): AsyncGenerator<Buffer, number> {
  let held: Buffer[] = [];
  let size = 0;
  let length = 0;
  async function* seen() {
    for await (const piece of batched(pieces)) {
      held.push(piece);
      length += piece.length;
      yield piece;
    }
  }
  for await (const { length: more } of read(seen())) {
    size += more;
    yield held.length === 1 ? held[0]! : Buffer.concat(held);
    held = [];
  }
  // Our copies have no padding.
  if (length !== encryptedSize(size)) throw new DownloadError("the file is longer than announced");
  yield Buffer.concat(held);
  return size;
}

async function* counted(pieces: AsyncGenerator<Buffer>, progress: FetchOptions["progress"]): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const piece of pieces) {
    received += piece.length;
    progress?.(received);
    yield piece;
  }
}

async function* unproved(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer, boolean> {
  yield* pieces;
  return false;
}
