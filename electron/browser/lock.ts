/**
 * One process for one data folder: two would write the same store and answer for the same accounts. The lock
 * file says who holds it, and how to ask that process for an address.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { log } from "../log/log.ts";

const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** When the process was started, as the kernel counts; tells a reused pid from the true one. */
  started: z.string(),
  /** Port of its server; 0 while it is not up, or when it has none. */
  port: z.number().int().min(0).max(65535),
  secret: z.string(),
});
export type Holder = z.infer<typeof holderSchema>;

export interface Lock {
  /** Lets other processes ask us for an address, see `server.ts`. */
  readonly secret: string;
  /** Writes down where our server is. */
  announce(port: number): void;
  release(): void;
}

/** @returns the lock, or who holds it. A lock whose process is gone is taken over. */
export function takeLock(folder: string): { lock: Lock } | { heldBy: Holder } {
  const path = join(folder, "lock");
  const own: Holder = { pid: process.pid, started: startOf(process.pid), port: 0, secret: randomBytes(32).toString("base64url") };
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder)) return { heldBy: holder };
    // Moved away first: of two processes that find the same stale lock only one can do that.
    const aside = `${path}.${randomBytes(6).toString("hex")}.stale`;
    try {
      renameSync(path, aside);
      rmSync(aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return {
    lock: {
      secret: own.secret,
      announce(port) {
        const fresh = `${path}.${randomBytes(6).toString("hex")}.new`;
        writeFileSync(fresh, JSON.stringify({ ...own, port }), { flag: "wx", mode: 0o600 });
        renameSync(fresh, path);
      },
      release() {
        if (readHolder(path)?.secret === own.secret) rmSync(path, { force: true });
      },
    },
  };
}

/** @returns null when there is none, or it was cut short by a crash */
function readHolder(path: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    log.debug("browser", "the lock cannot be read", error);
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(pid) === started;
}

/** Start time in clock ticks since boot, from proc(5) `stat` field 22; empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch (error) {
    log.debug("browser", "the start of a process cannot be read", error);
    return "";
  }
}
