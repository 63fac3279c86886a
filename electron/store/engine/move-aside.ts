/** Moves a database that cannot be opened out of the way, so that a new one can be created; never replaces a file. */
import { link, lstat, rename, unlink } from "node:fs/promises";
import { fallback } from "../../log/log.ts";

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(() => true, fallback(false, "store", "there is no file of this name"));

/** Like `rename`, but fails if the target exists. */
async function move(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without hard links (FAT) only have the plain rename; the name was free just before.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return rename(from, to);
  }
  await unlink(from);
}

/**
 * Renames the database to `<name>.<time>.kept`, with its log next to it as SQLite expects. The store must be closed.
 * @returns the new path of the database
 * @throws the error of the file system
 */
export async function moveAside(path: string): Promise<string> {
  const time = new Date().toISOString().replace(/[:.]/g, "-");
  for (let attempt = 1; ; attempt++) {
    const kept = `${path}.${attempt === 1 ? time : `${time}-${attempt}`}.kept`;
    const ends = ["", "-wal", "-shm"];
    if ((await Promise.all(ends.map((end) => exists(kept + end)))).includes(true)) continue;
    // The log first: a crash in between must not leave an old log next to a new database.
    for (const end of ["-shm", "-wal", ""]) if (await exists(path + end)) await move(path + end, kept + end);
    return kept;
  }
}
