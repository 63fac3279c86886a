/**
 * Writes a backup to a draft beside the target. The draft is renamed only after it was flushed to disk and read back.
 * Memory use is bounded by one chunk and one record.
 */
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { BackupCounts, BackupRecord } from "../../shared/model/backup.ts";
import { logged } from "../log/log.ts";
import { BackupError, CHUNK, COST, createHeader, type Cost, type Keys } from "./container.ts";
import { readRecords } from "./read.ts";
import { createTally } from "./tally.ts";

/** The records of a backup without `end`, which the writer adds. */
type Content = AsyncIterable<Exclude<BackupRecord, { kind: "end" }>>;

export interface WriteOptions {
  path: string;
  passphrase: string;
  content: Content;
  /** Reports the number of messages written, then the number read back. */
  onProgress?: (phase: "writing" | "verifying", messages: number) => void;
  /** Throws if the user has cancelled. */
  checkpoint?: () => void;
  /** Lower only in tests. */
  cost?: Cost;
}

/**
 * @returns the counts of the records in the file
 * @throws {BackupError} `damaged-backup` if the file read back differs from what was written (a failing disk); the
 * system error if it cannot be written. An existing file at the path is then unchanged.
 */
export async function writeBackup({
  path,
  passphrase,
  content,
  onProgress,
  checkpoint,
  cost = COST,
}: WriteOptions): Promise<BackupCounts> {
  const draft = `${path}.part`;
  const { header, keys } = await createHeader(passphrase, cost);
  // A file at this path is left over from an aborted attempt or is someone else's link; never write through it.
  await rm(draft, { force: true });
  const file = await open(draft, "wx+", 0o600);
  try {
    await file.writeFile(header);
    const tally = createTally();
    const chunks = createChunks(file, keys);
    for await (const record of content) {
      checkpoint?.();
      const line = lineOf(record);
      tally.add(record, line);
      await chunks.add(line);
      onProgress?.("writing", tally.counts.messages);
    }
    const counts = { ...tally.counts };
    const digest = tally.digest();
    await chunks.end(lineOf({ kind: "end", counts, digest }));
    await file.sync();
    let read = 0;
    for await (const records of readRecords(file, keys)) {
      checkpoint?.();
      for (const record of records) {
        if (record.kind === "message") read++;
        if (record.kind === "end" && record.digest !== digest)
          throw new BackupError("damaged-backup", "what was read back is not what was written");
      }
      onProgress?.("verifying", read);
    }
    await file.close();
    await rename(draft, path);
    await syncFolder(dirname(path));
    return counts;
  } catch (error) {
    await file.close().catch(logged("backup", "a draft of a backup could not be closed"));
    await rm(draft, { force: true });
    throw error;
  }
}

const lineOf = (record: BackupRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

/** Splits the input into chunks. The last chunk is never empty: a full chunk is written only when more data follows. */
function createChunks(
  file: FileHandle,
  keys: Keys,
): { add(bytes: Buffer): Promise<void>; end(bytes: Buffer): Promise<void> } {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 0;
  async function add(bytes: Buffer): Promise<void> {
    parts.push(bytes);
    size += bytes.length;
    if (size <= CHUNK) return;
    let all = Buffer.concat(parts);
    for (; all.length > CHUNK; all = all.subarray(CHUNK))
      await file.writeFile(keys.encrypt(all.subarray(0, CHUNK), number++, false));
    parts = [all];
    size = all.length;
  }
  return {
    add,
    async end(bytes) {
      await add(bytes);
      await file.writeFile(keys.encrypt(Buffer.concat(parts), number, true));
    },
  };
}

/** Makes the rename durable. Windows cannot open a folder for that. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
