/**
 * Encrypted copies of files in a folder of their own. What is on its way out is copied when the user chooses it, so
 * that the original may change or vanish and a restart can go on; what was received is kept, so that it is fetched
 * once. Each copy has a key of its own, in the form in which an encrypted chat sends a file (XEP-0454): nothing
 * readable lies on the disk, and such a chat uploads the copy as it is.
 */
import { createDecipheriv, createHash, randomBytes, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { log, logged } from "../log/log.ts";
import { decrypted } from "./decrypt.ts";
import { encrypted, newFileKey, type TaggedKey } from "./encrypt.ts";
import type { SealedContent } from "./fetch.ts";

/** `id`: the name of the copy: random, says nothing of the file. */
export interface CopyKey extends TaggedKey {
  id: string;
}

export interface SizedCopy extends CopyKey {
  /** Of the file itself, bytes. */
  size: number;
}

export interface FileCopy extends SizedCopy {
  /** SHA-256 of the file itself, base64 (XEP-0300). */
  sha256: string;
}

/**
 * - `too-large`: more than the limit.
 * - `disk-full`: there is no space for the copy.
 * - `not-written`: the folder cannot be written for another reason.
 * - `missing`: the copy is gone, or was changed.
 */
type FileCopyFault = "too-large" | "disk-full" | "not-written" | "missing";

export class FileCopyError extends Error {
  readonly fault: FileCopyFault;
  constructor(fault: FileCopyFault, why: string) {
    super(why);
    this.name = "FileCopyError";
    this.fault = fault;
  }
}

export interface FileCopies {
  /**
   * Copies a file. After an error nothing of it is left.
   * @param limit maximum size, bytes
   * @throws {FileCopyError}; whatever `content` throws
   */
  take(content: AsyncIterable<Uint8Array>, limit: number): Promise<FileCopy>;
  /** As `take`, of a file whose hash nobody needs: what was received is verified already. */
  keep(content: AsyncIterable<Uint8Array>, limit: number): Promise<SizedCopy>;
  /**
   * Keeps a file in the form in which it was received.
   * @throws {FileCopyError}; whatever its pieces throw
   */
  keepSealed(content: SealedContent): Promise<SizedCopy>;
  /**
   * The file itself. Its last piece comes only after the copy was found unchanged.
   * @throws {FileCopyError} also during iteration
   */
  plain(file: CopyKey): AsyncGenerator<Buffer>;
  /**
   * A part of the file, without a look at the rest: only of a copy that `plain` has found unchanged.
   * @param from first byte
   * @param length bytes; fewer at the end of the file
   * @throws {FileCopyError} `missing`
   */
  part(file: SizedCopy, from: number, length: number): Promise<Buffer>;
  /** The file encrypted, with the tag. @throws {FileCopyError} also during iteration */
  sealed(file: { id: string }): AsyncGenerator<Buffer>;
  /** Removes copies; unknown ones are ignored. */
  drop(ids: Iterable<string>): Promise<void>;
  /** Moves a copy to another folder on the same disk. @throws {FileCopyError} `missing` */
  move(id: string, folder: string): Promise<void>;
  /** Removes every copy but these, for example what was staged and not sent before the program ended. */
  sweep(keep: ReadonlySet<string>): Promise<void>;
}

/** Bytes of a piece that is read: an upload must send one in its patience, or counts as stalled. */
const PIECE = 128 * 1024;
/**
 * Bytes that are read and written at a time: a TLS record holds 16 KiB, and a call to the system for each would take
 * most of the time.
 */
const BATCH = 512 * 1024;
/** Bytes of a block of AES. */
const BLOCK = 16;
const ID = /^[0-9a-f]{32}$/;
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** @param folder need not exist; only the user can read it */
export function createFileCopies(folder: string): FileCopies {
  const pathOf = (id: string): string => {
    // Ids come from the store; one that is not ours must not lead out of the folder.
    if (!ID.test(id)) throw new FileCopyError("missing", "not a staged file");
    return join(folder, id);
  };

  async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await open(path, "wx", 0o600);
    // The next batch is made while one is written.
    let writing: Promise<{ error: unknown } | null> = Promise.resolve(null);
    const written = async (): Promise<void> => {
      const failure = await writing;
      if (failure !== null) throw failure.error;
    };
    try {
      for await (const batch of batches(pieces)) {
        await written();
        writing = writeAll(file, batch).then(
          () => null,
          (error: unknown) => ({ error }),
        );
      }
      await written();
      // The message that is queued next promises that the file is there.
      await file.sync();
    } finally {
      await writing;
      await file.close();
    }
  }

  /** @param pieces encrypted, with the tag */
  async function create(pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const id = randomBytes(16).toString("hex");
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await write(pathOf(id), pieces);
      return id;
    } catch (error) {
      await rm(join(folder, id), { force: true }).catch(
        logged("attachments", "an incomplete copy of a file could not be removed", "warn"),
      );
      throw asStagingError(error);
    }
  }

  async function keep(content: AsyncIterable<Uint8Array>, limit: number): Promise<SizedCopy> {
    const keys = newFileKey();
    const seen = { size: 0 };
    const id = await create(encrypted(measured(content, limit, seen), keys));
    return { id, ...keys, size: seen.size };
  }

  async function* read(id: string): AsyncGenerator<Buffer> {
    try {
      for await (const batch of createReadStream(pathOf(id), { highWaterMark: BATCH }) as AsyncIterable<Buffer>)
        for (let from = 0; from < batch.length; from += PIECE) yield batch.subarray(from, from + PIECE);
    } catch (error) {
      throw error instanceof FileCopyError ? error : new FileCopyError("missing", (error as Error).message);
    }
  }

  return {
    keep,
    async keepSealed({ key: { iv, key }, pieces }) {
      let size = 0;
      async function* all() {
        size = yield* pieces();
      }
      const id = await create(all());
      return { id, iv, key, size };
    },
    async take(content, limit) {
      const hash = createHash("sha256");
      const copy = await keep(hashed(content, hash), limit);
      return { ...copy, sha256: hash.digest("base64") };
    },
    async *plain(file) {
      let held: Buffer | null = null;
      try {
        for await (const piece of decrypted(read(file.id), {
          cipher: "aes-256-gcm-tagged",
          iv: file.iv,
          key: file.key,
        })) {
          if (held !== null) yield held;
          held = piece;
        }
      } catch (error) {
        throw error instanceof FileCopyError ? error : new FileCopyError("missing", (error as Error).message);
      }
      if (held !== null) yield held;
    },
    async part({ id, iv, key, size }, from, length) {
      const file = await open(pathOf(id), "r").catch((error: Error) => {
        throw new FileCopyError("missing", error.message);
      });
      try {
        const start = from - (from % BLOCK);
        const bytes = Buffer.alloc(Math.max(0, Math.min(from + length, size) - start));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        if (bytesRead < bytes.length) throw new FileCopyError("missing", "the copy is cut off");
        // GCM is counter mode, whose first block of data has the number 2 (NIST SP 800-38D §7.1).
        const counter = Buffer.concat([Buffer.from(iv, "hex"), Buffer.alloc(4)]);
        counter.writeUInt32BE(2 + start / BLOCK, 12);
        return createDecipheriv("aes-256-ctr", Buffer.from(key, "hex"), counter)
          .update(bytes)
          .subarray(from - start);
      } finally {
        await file.close();
      }
    },
    sealed: ({ id }) => read(id),
    async move(id, to) {
      await mkdir(to, { recursive: true, mode: 0o700 });
      await chmod(to, 0o700);
      await rename(pathOf(id), join(to, id)).catch((error: Error) => {
        throw new FileCopyError("missing", error.message);
      });
    },
    async drop(ids) {
      for (const id of ids) await rm(pathOf(id), { force: true });
    },
    async sweep(keep) {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        return [];
      });
      const left = names.filter((name) => ID.test(name) && !keep.has(name));
      if (left.length > 0)
        log.info("attachments", "copies of files that nobody needs are removed", { files: left.length });
      for (const name of left) await rm(join(folder, name), { force: true });
    },
  };
}

async function* measured(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  seen: { size: number },
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    seen.size += piece.length;
    if (seen.size > limit) throw new FileCopyError("too-large", "the file is too large");
    yield piece;
  }
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
}

/** Pieces that are written together. */
async function* batches(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < BATCH) continue;
    yield held;
    held = [];
    size = 0;
  }
  if (size > 0) yield held;
}

async function writeAll(file: FileHandle, batch: Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(batch);
  // The system may take only a part, and then says why at the next call.
  if (bytesWritten < batch.reduce((sum, piece) => sum + piece.length, 0))
    await file.writeFile(Buffer.concat(batch).subarray(bytesWritten));
}

/** Errors of the system are ours only if they are about writing: what `content` throws passes. */
function asStagingError(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  return new FileCopyError(FULL.has(code) ? "disk-full" : "not-written", error.message);
}
