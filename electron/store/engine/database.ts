/**
 * Opens the database. A file that is not ours, newer or damaged is refused before anything changes it. A new file gets
 * its name only when it is complete, so that a crash leaves no partial file.
 */
import { closeSync, fsyncSync, linkSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { log } from "../../log/log.ts";
import { openDatabase, type Connection } from "./connection.ts";
import { StoreError } from "../contract/index.ts";
import { storeError } from "./failure.ts";
import { checkFile } from "./file-check.ts";
import { migrate, migrations, type Migration } from "../migrations/index.ts";

/** Makes the new name durable; not every system can open a folder. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Builds the file next to its final path and links it there: `link` never replaces a file. */
function create(path: string, key: Uint8Array, steps: readonly Migration[]): void {
  const draft = `${path}.${process.pid}.draft`;
  const sweep = () => ["", "-wal", "-shm", "-journal"].forEach((end) => rmSync(draft + end, { force: true }));
  sweep();
  try {
    // Readable only for the user; SQLite creates its log with the same mode.
    closeSync(openSync(draft, "wx", 0o600));
    const connection = openDatabase(draft, key);
    try {
      migrate(connection, steps);
    } finally {
      connection.db.close();
    }
    linkSync(draft, path);
    syncFolder(path);
  } finally {
    sweep();
  }
}

/**
 * @param key 32 bytes
 * @param steps the migrations; another list only in tests
 * @throws {StoreError} and the file is unchanged, except for complete migrations
 */
export function openFile(path: string, key: Uint8Array, steps: readonly Migration[] = migrations): Connection {
  if (key.length !== 32) throw new StoreError("wrong-key", "a key has 32 bytes");
  try {
    if (checkFile(path, key, steps.length) === "absent") {
      // A log without its database belongs to something that the user may want back.
      if (checkLog(path)) throw new StoreError("damaged", "the file is missing, but its log is there");
      create(path, key, steps);
    }
    // The write-ahead log needs a writable file; opening it here gives the system's reason if it is not.
    closeSync(openSync(path, "r+"));
    const connection = openDatabase(path, key);
    try {
      migrate(connection, steps);
      return connection;
    } catch (error) {
      connection.db.close();
      throw error;
    }
  } catch (error) {
    throw storeError(error);
  }
}

function checkLog(path: string): boolean {
  try {
    closeSync(openSync(`${path}-wal`, "r"));
    return true;
  } catch (error) {
    log.debug("store", "the log of the database cannot be read, or there is none", error);
    return false;
  }
}
