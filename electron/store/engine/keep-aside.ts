/** Puts a database that does not open out of the way, so that a new one can begin; nothing is ever replaced. */
import { link, lstat, rename, unlink } from "node:fs/promises";
import { fallback } from "../../log/log.ts";

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(() => true, fallback(false, "store", "there is no file of this name"));

/** Like `rename`, but fails where something is in the way. */
async function move(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without hard links (FAT) have only the plain rename; the name was found free just before.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return rename(from, to);
  }
  await unlink(from);
}

/**
 * Renames the database to `<name>.<time>.kept`, with its log beside it as SQLite expects it. Call it only
 * while the store is closed.
 * @returns the new path of the database
 * @throws the error of the file system
 */
export async function putAside(path: string): Promise<string> {
  const time = new Date().toISOString().replace(/[:.]/g, "-");
  for (let attempt = 1; ; attempt++) {
    const kept = `${path}.${attempt === 1 ? time : `${time}-${attempt}`}.kept`;
    const ends = ["", "-wal", "-shm"];
    if ((await Promise.all(ends.map((end) => exists(kept + end)))).includes(true)) continue;
    // The log first: a crash in between must not leave an old log beside a new database.
    for (const end of ["-shm", "-wal", ""]) if (await exists(path + end)) await move(path + end, kept + end);
    return kept;
  }
}
