/**
 * The copies of files on this disk: a file is fetched once, and what we sent need not be fetched at all. Nothing is
 * given away before the whole copy is verified.
 */
import { join } from "node:path";
import type { CopyKey, FileCopies } from "../../../attachments/file-copies.ts";
import { FileCopyError } from "../../../attachments/file-copies.ts";
import type { Content } from "../../../attachments/fetch.ts";
import { log, logged } from "../../../log/log.ts";
import type { CommandArgs } from "../../../../shared/ipc/index.ts";
import type { KeptFileWrites } from "../../../store/contract/kept-files.ts";
import type { KeptFile, Store } from "../../../store/contract/index.ts";

export type FileKey = CommandArgs<"attachment.save">;

/** The folder of the copies in the data folder. */
export const keptFolder = (dataFolder: string): string => join(dataFolder, "files");

export interface KeptFiles {
  /** Null: there is no copy, or it is damaged. */
  find(of: FileKey): Promise<KeptFile | null>;
  /**
   * Copies a file while it comes in.
   * @param limit bytes
   * @throws {FileCopyError}; whatever `content` throws. Then nothing is kept.
   */
  keep(of: FileKey, content: Content, limit: number): Promise<KeptFile>;
  /** A part of a copy that was found or kept. @throws {FileCopyError} `missing` */
  part(copy: KeptFile, from: number, length: number): Promise<Buffer>;
  content(copy: CopyKey): AsyncGenerator<Buffer>;
  /** Removes copies that the store has forgotten. */
  sweep(): Promise<void>;
  /**
   * Removes copies by the user's rules, or all of one chat.
   * @returns how many
   */
  release(rules: Parameters<KeptFileWrites["files.release"]>[0]): Promise<number>;
}

export function createKeptFiles(store: Store, copies: FileCopies): KeptFiles {
  /** Those that were verified in this run. */
  const verified = new Set<string>();

  async function isWhole(copy: KeptFile): Promise<boolean> {
    if (verified.has(copy.id)) return true;
    try {
      let size = 0;
      for await (const piece of copies.plain(copy)) size += piece.length;
      if (size !== copy.size) return false;
    } catch (error) {
      if (!(error instanceof FileCopyError)) throw error;
      log.info("app/media", "the copy of a file is gone or was changed", error);
      return false;
    }
    verified.add(copy.id);
    return true;
  }

  const drop = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) verified.delete(id);
    await copies.drop(ids).catch(logged("app/media", "the copy of a file could not be removed", "warn"));
  };

  return {
    async find(of) {
      const copy = await store.read("files.kept", of);
      if (copy === null) return null;
      if (await isWhole(copy)) return copy;
      await store.write({ op: "files.lost", args: { id: copy.id } });
      await drop([copy.id]);
      return null;
    },
    async keep(of, content, limit) {
      const { sealed } = content;
      const copy = sealed === null ? await copies.keep(content.plain(), limit) : await copies.keepSealed(sealed);
      verified.add(copy.id);
      const [isKept] = await store.write({ op: "files.keep", args: { ...of, copy } });
      // The message was deleted in the meantime: the file is shown this once.
      if (!isKept) log.info("app/media", "a file was fetched whose message is gone");
      return copy;
    },
    part: (copy, from, length) => copies.part(copy, from, length),
    content: (copy) => copies.plain(copy),
    async sweep() {
      await copies.sweep(new Set(await store.read("files.copies", {})));
    },
    async release(rules) {
      const [ids] = await store.write({ op: "files.release", args: rules });
      await drop(ids);
      return ids.length;
    },
  };
}
