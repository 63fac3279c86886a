/**
 * The files on their way out. Each is copied here when the user chooses it, so that it may change or vanish afterwards
 * and a restart can go on. The copy is encrypted with a key of its own, in the form in which an encrypted chat sends it
 * (XEP-0454), so nothing readable lies on the disk and such a chat uploads the copy as it is.
 */
import { createHash, randomBytes, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { log, logged } from "../log/log.ts";
import { decrypted } from "./decrypt.ts";
import { encrypted, newFileKey, type TaggedKey } from "./encrypt.ts";

export interface StagedFile extends TaggedKey {
  /** The name of the copy: random, says nothing of the file. */
  id: string;
  /** Of the file itself, bytes. */
  size: number;
  /** SHA-256 of the file itself, base64 (XEP-0300). */
  sha256: string;
}

/**
 * - `too-large`: more than the limit.
 * - `disk-full`: there is no space for the copy.
 * - `not-written`: the folder cannot be written for another reason.
 * - `missing`: the copy is gone, or was changed.
 */
type StagingFault = "too-large" | "disk-full" | "not-written" | "missing";

export class StagingError extends Error {
  readonly fault: StagingFault;
  constructor(fault: StagingFault, why: string) {
    super(why);
    this.name = "StagingError";
    this.fault = fault;
  }
}

export interface Staging {
  /**
   * Copies a file. After an error nothing of it is left.
   * @param limit maximum size, bytes
   * @throws {StagingError}; whatever `content` throws
   */
  take(content: AsyncIterable<Uint8Array>, limit: number): Promise<StagedFile>;
  /**
   * The file itself. Its last piece comes only after the copy was found unchanged.
   * @throws {StagingError} also during iteration
   */
  plain(file: TaggedKey & { id: string }): AsyncGenerator<Buffer>;
  /** The file encrypted, with the tag. @throws {StagingError} also during iteration */
  sealed(file: { id: string }): AsyncGenerator<Buffer>;
  /** Removes copies; unknown ones are ignored. */
  drop(ids: Iterable<string>): Promise<void>;
  /** Removes every copy but these, for example what was staged and not sent before the program ended. */
  sweep(keep: ReadonlySet<string>): Promise<void>;
}

const ID = /^[0-9a-f]{32}$/;
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** @param folder need not exist; only the user can read it */
export function createStaging(folder: string): Staging {
  const pathOf = (id: string): string => {
    // Ids come from the store; one that is not ours must not lead out of the folder.
    if (!ID.test(id)) throw new StagingError("missing", "not a staged file");
    return join(folder, id);
  };

  async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await open(path, "wx", 0o600);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      // The message that is queued next promises that the file is there.
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function* read(id: string): AsyncGenerator<Buffer> {
    try {
      for await (const piece of createReadStream(pathOf(id), { highWaterMark: 128 * 1024 })) yield piece as Buffer;
    } catch (error) {
      throw error instanceof StagingError ? error : new StagingError("missing", (error as Error).message);
    }
  }

  return {
    async take(content, limit) {
      const id = randomBytes(16).toString("hex");
      const keys = newFileKey();
      const seen = { size: 0, hash: createHash("sha256") };
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        await write(pathOf(id), encrypted(measured(content, limit, seen), keys));
      } catch (error) {
        await rm(join(folder, id), { force: true }).catch(
          logged("attachments", "an incomplete copy of a file could not be removed", "warn"),
        );
        throw asStagingError(error);
      }
      return { id, ...keys, size: seen.size, sha256: seen.hash.digest("base64") };
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
        throw error instanceof StagingError ? error : new StagingError("missing", (error as Error).message);
      }
      if (held !== null) yield held;
    },
    sealed: ({ id }) => read(id),
    async drop(ids) {
      for (const id of ids) await rm(pathOf(id), { force: true });
    },
    async sweep(keep) {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        return [];
      });
      const left = names.filter((name) => ID.test(name) && !keep.has(name));
      if (left.length > 0) log.info("attachments", "files that were not sent are removed", { files: left.length });
      for (const name of left) await rm(join(folder, name), { force: true });
    },
  };
}

async function* measured(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  seen: { size: number; hash: Hash },
): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    seen.size += piece.length;
    if (seen.size > limit) throw new StagingError("too-large", "the file is too large");
    seen.hash.update(piece);
    yield piece;
  }
}

/** Errors of the system are ours only if they are about writing: what `content` throws passes. */
function asStagingError(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  return new StagingError(FULL.has(code) ? "disk-full" : "not-written", error.message);
}
