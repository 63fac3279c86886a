/**
 * One process for one data folder: two would write the same store and answer for the same accounts. Both hosts take
 * this lock. It is the operating system's: SQLite holds an exclusive lock on the file `lock.db` (fcntl, or LockFileEx
 * on Windows), which nobody else can get and which ends with its process however that ends. Node has no such call
 * itself. The file `lock` beside it decides nothing: it tells other processes who the holder is and how to ask it for
 * an address.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "@signalapp/sqlcipher";
import { z } from "zod";
import { log } from "../log/log.ts";

export type HostKind = "desktop" | "browser";

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.enum(["desktop", "browser"]),
  /** Port of its server; 0 while it is not up, or when it has none. */
  port: z.number().int().min(0).max(65535),
  secret: z.string().min(1).max(100),
});
export type Holder = z.infer<typeof holderSchema>;

export interface Lock {
  /** Lets other processes ask us for an address, see `second-start.ts`. */
  readonly secret: string;
  /** Writes down where our server is. */
  announce(port: number): void;
  release(): void;
}

/**
 * How long SQLite tries before it says that another has the lock, in ms. Of several processes that start at once, each
 * may find the file busy for a moment although none has it; with some patience one of them gets it.
 */
const PATIENCE = 250;

/** @returns the lock, or who holds it; null when the holder has not written that down yet */
export function takeLock(folder: string, host: HostKind): { lock: Lock } | { heldBy: Holder | null } {
  const letGo = hold(join(folder, "lock.db"));
  if (letGo === null) return { heldBy: readHolder(folder) };
  const path = join(folder, "lock");
  const own: Holder = { pid: process.pid, host, port: 0, secret: randomBytes(32).toString("base64url") };
  write(path, own);
  let held = true;
  return {
    lock: {
      secret: own.secret,
      announce: (port) => write(path, { ...own, port }),
      release() {
        if (!held) return;
        held = false;
        // Before the lock is given back: afterwards the file may be that of the next holder.
        rmSync(path, { force: true });
        letGo();
      },
    },
  };
}

/** @returns a function that gives the lock back; null when another has it */
function hold(path: string): (() => void) | null {
  createPrivate(path);
  const db = new Database(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true) return null;
    throw error;
  }
  return () => db.close();
}

/**
 * The file is never removed, and never opened by anything but SQLite: a lock on a removed file keeps nobody out, and a
 * process that closes a file loses all its fcntl locks on it.
 */
function createPrivate(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Others read the file whole or not at all. What cannot be written only keeps a second start from showing our window.
 */
function write(path: string, holder: Holder): void {
  const fresh = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    writeFileSync(fresh, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    renameSync(fresh, path);
  } catch (error) {
    log.error("data-folder", "the lock file could not be written", error);
    rmSync(fresh, { force: true });
  }
}

/** @returns null when there is none, or it cannot be read */
function readHolder(folder: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(folder, "lock"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      log.warn("data-folder", "the lock file cannot be read", error);
    return null;
  }
}
