/**
 * Allows one process per data folder: two would write the same store and answer for the same accounts. Both hosts take
 * this lock. SQLite holds an exclusive lock of the operating system on the file `lock.db` (fcntl, or LockFileEx on
 * Windows), which ends with its process in any case; Node has no such call. The file `lock` beside it has no effect on
 * locking: it tells other processes who the holder is and how to request an address from it.
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
  /** Port of its server; 0 while it is not up, or for a host without one. */
  port: z.number().int().min(0).max(65535),
  secret: z.string().min(1).max(100),
});
export type Holder = z.infer<typeof holderSchema>;

export interface Lock {
  /** Lets other processes request an address, see `second-start.ts`. */
  readonly secret: string;
  /** Publishes the port of our server. */
  announce(port: number): void;
  release(): void;
}

/**
 * How long SQLite waits for the lock, ms. When several processes start at once, each may find the file busy for a
 * moment although none holds it; with some waiting, one of them gets it.
 */
const PATIENCE = 250;

/** @returns the lock, or its holder; null if the holder has not published itself yet */
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
        // Remove it before releasing the lock: afterwards it may belong to the next holder.
        rmSync(path, { force: true });
        letGo();
      },
    },
  };
}

/** @returns a function that releases the lock; null if another process holds it */
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
 * The file is never removed and never opened except by SQLite: a lock on a removed file locks nobody out, and a process
 * that closes any descriptor of a file loses all its fcntl locks on it.
 */
function createPrivate(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Replaces the file atomically. If it cannot be written, the only effect is that a second start cannot show our window.
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

/** @returns null if the file is missing or unreadable */
function readHolder(folder: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(folder, "lock"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      log.warn("data-folder", "the lock file cannot be read", error);
    return null;
  }
}
