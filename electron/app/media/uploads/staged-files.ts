/** Files that the user has chosen and not sent yet. The window passes them in pieces, in both hosts. */
import { PassThrough } from "node:stream";
import { randomBytes } from "node:crypto";
import type { FileCopy, FileCopies } from "../../../attachments/file-copies.ts";
import { fallback, logged } from "../../../log/log.ts";
import { CommandError } from "../../host.ts";

export interface StagedFiles {
  /** @param size bytes @returns the token of the file */
  begin(size: number): Promise<string>;
  /** Resolves when the piece is written. @throws {FileCopyError}, {CommandError} and the file is gone */
  append(token: string, piece: Uint8Array): Promise<void>;
  /** @throws as `append` */
  finish(token: string): Promise<void>;
  drop(token: string): Promise<void>;
  /** @throws {CommandError} `not-found` if the file is not complete */
  complete(token: string): FileCopy;
  /** From now on these belong to a message. */
  queued(tokens: readonly string[]): void;
}

interface Unsent {
  size: number;
  input: PassThrough;
  /** Rejects if the file cannot be staged. */
  whole: Promise<FileCopy>;
  file: FileCopy | null;
}

/** Number of files that may wait to be sent; the oldest are dropped, which a window that was closed has left. */
const MOST = 100;

export function createStagedFiles(staging: Pick<FileCopies, "take" | "drop">): StagedFiles {
  const unsent = new Map<string, Unsent>();

  function get(token: string): Unsent {
    const one = unsent.get(token);
    if (one === undefined) throw new CommandError("not-found", "no such file was staged");
    return one;
  }

  async function drop(token: string): Promise<void> {
    const one = unsent.get(token);
    if (one === undefined) return;
    unsent.delete(token);
    one.input.destroy();
    const file = await one.whole.catch(fallback(null, "app/media", "a dropped file was not complete"));
    if (file !== null) await staging.drop([file.id]);
  }

  /** Whatever fails, nothing of the file stays. */
  async function orDrop<T>(token: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      await drop(token);
      throw error;
    }
  }

  async function write({ input, whole }: Unsent, piece: Uint8Array): Promise<void> {
    if (input.writableEnded) throw new CommandError("not-found", "the file is complete already");
    const written = new Promise<void>((resolve, reject) => {
      // The reason is in what has ended the reading.
      input.write(piece, (error) => {
        if (error) void whole.then(() => resolve(), reject);
        else resolve();
      });
    });
    // If the file cannot be written, nobody may ever read the piece.
    await Promise.race([written, whole]);
  }

  return {
    async begin(size) {
      const token = randomBytes(16).toString("hex");
      const input = new PassThrough();
      const whole = staging.take(input, size);
      // Told by the next piece.
      whole.catch(logged("app/media", "a file could not be staged", "warn"));
      input.on("error", logged("app/media", "the pieces of a file have ended"));
      unsent.set(token, { size, input, whole, file: null });
      for (const oldest of [...unsent.keys()].slice(0, -MOST)) await drop(oldest);
      return token;
    },
    append: async (token, piece) => orDrop(token, write(get(token), piece)),
    finish: async (token) => {
      const one = get(token);
      one.input.end();
      const file = await orDrop(token, one.whole);
      if (file.size !== one.size) {
        await drop(token);
        throw new CommandError("file-not-read", "the file does not have the announced size");
      }
      one.file = file;
    },
    drop,
    complete(token) {
      const { file } = get(token);
      if (file === null) throw new CommandError("not-found", "the file is not complete");
      return file;
    },
    queued(tokens) {
      for (const token of tokens) unsent.delete(token);
    },
  };
}
