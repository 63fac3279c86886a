/**
 * Exports and imports backups of accounts. One at a time, in the background, cancellable at any moment before the last
 * step.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BackupAbout, BackupProgress } from "../../../shared/model/backup.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { BackupError } from "../../backup/container.ts";
import { inspectBackup, readBackup } from "../../backup/read.ts";
import { writeBackup } from "../../backup/write.ts";
import type { Store } from "../../store/contract/index.ts";
import { fallback, logged } from "../../log/log.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { backupContent } from "./content.ts";
import { restoring } from "./restore.ts";
import { CommandError, type Handlers, type Host } from "../host.ts";

type BackupCommands = Pick<
  Handlers,
  "backup.list" | "backup.choose" | "backup.export" | "backup.inspect" | "backup.import" | "backup.cancel"
>;

const ENDING = ".jackdaw-backup";
/** Minimum interval between progress events, ms. */
const EVERY = 100;

class Cancelled extends Error {}

export function backupCommands(
  store: Store,
  accounts: Accounts,
  host: Pick<Host, "backupFolder" | "choosePlace" | "publish" | "version">,
): BackupCommands {
  const { backupFolder: folder, choosePlace, publish } = host;
  /** The files offered to the window, which can name no other file. */
  const offered = new Map<string, string>();
  let job: { givenUp: boolean } | null = null;

  /** Runs the only job. @returns null if it was cancelled */
  async function alone<T>(
    fault: "file-not-written" | "file-not-read",
    work: (checkpoint: () => void) => Promise<T>,
  ): Promise<T | null> {
    if (job !== null) throw new CommandError("busy", "a backup is under way");
    const mine = (job = { givenUp: false });
    try {
      return await work(() => {
        if (mine.givenUp) throw new Cancelled();
      });
    } catch (error) {
      if (error instanceof Cancelled) return null;
      throw asCommandError(error, fault);
    } finally {
      job = null;
    }
  }

  /** Publishes progress at a limited rate. */
  function progress(total: number): (phase: BackupProgress["phase"], done: number) => void {
    let last = { at: 0, phase: "" };
    return (phase, done) => {
      const at = performance.now();
      if (phase === last.phase && at - last.at < EVERY) return;
      last = { at, phase };
      publish("backup.progress", { phase, done, total: Math.max(total, done) });
    };
  }

  async function offer(path: string, file = basename(path)) {
    const { size, mtimeMs } = await stat(path);
    offered.set(file, path);
    return { file, size, changedAt: Math.max(0, Math.trunc(mtimeMs)) };
  }

  function pathOf(file: string): string {
    const path = offered.get(file);
    if (path === undefined) throw new CommandError("not-found", "no such file was offered");
    return path;
  }

  /** A path that does not exist yet. */
  async function freshPath(jid: string): Promise<string> {
    const day = new Date().toISOString().slice(0, 10);
    const name = `${jid.replace(/[^\p{L}\p{N}.@-]/gu, "_").slice(0, 100)} ${day}`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const taken = new Set(await readdir(folder));
    let path = name + ENDING;
    for (let number = 2; taken.has(path); number++) path = `${name} ${number}${ENDING}`;
    return join(folder, path);
  }

  return {
    async "backup.list"() {
      const names = await readdir(folder).catch(fallback([], "app", "the folder of backups cannot be read"));
      const unreadable = fallback(null, "app", "a backup cannot be read", "warn");
      const backups = names.filter((name) => name.endsWith(ENDING));
      const files = await Promise.all(backups.map((name) => offer(join(folder, name)).catch(unreadable)));
      const found = files.filter((file) => file !== null).sort((a, b) => b.changedAt - a.changedAt);
      return { folder, chooses: choosePlace !== undefined, files: found.slice(0, 200) };
    },
    async "backup.choose"() {
      const path = (await choosePlace?.toOpen(folder)) ?? null;
      return path === null ? null : offer(path);
    },
    "backup.export": ({ account, passphrase }) => {
      const { stored } = accounts.get(account);
      return alone("file-not-written", async (checkpoint) => {
        const usual = await freshPath(stored.jid);
        const path = choosePlace === undefined ? usual : await choosePlace.toSave(usual);
        if (path === null) return null;
        const expected = await store.read("backup.counts", { account });
        const omemo = (await store.read("omemo.own", { account })) !== null;
        const about: BackupAbout = {
          kind: "about",
          writer: host.version,
          createdAt: Date.now(),
          jid: stored.jid,
          omemo,
          expected,
        };
        const content = backupContent(store, stored, about);
        const counts = await writeBackup({
          path,
          passphrase,
          content,
          checkpoint,
          onProgress: progress(expected.messages),
        });
        return { path, counts };
      });
    },
    async "backup.inspect"({ file, passphrase }) {
      const path = pathOf(file);
      const about = await inspectBackup(path, passphrase).catch((error: unknown) => {
        throw asCommandError(error, "file-not-read");
      });
      const { jid, createdAt, expected: counts, omemo } = about;
      return { jid, createdAt, counts, omemo, isHere: accounts.all().some(({ stored }) => stored.jid === jid) };
    },
    "backup.import": ({ file, passphrase, omemo }) => {
      const path = pathOf(file);
      return alone("file-not-read", async (checkpoint) => {
        const { jid, expected } = await inspectBackup(path, passphrase);
        const tell = progress(expected.messages);
        const restored = await accounts.renew(jid, async (known) => {
          const id = known?.id ?? (randomBytes(8).toString("hex") as AccountId);
          await store.write({ op: "backup.begin", args: {} });
          try {
            const records = restoring(store, known, (messages) => tell("reading", messages));
            await readBackup(path, passphrase, async (some) => {
              checkpoint();
              await records.take(some);
            });
            checkpoint();
            return { id, ...(await records.commit(id, omemo === "take-over")) };
          } catch (error) {
            await store
              .write({ op: "backup.drop", args: {} })
              .catch(logged("app", "a backup that was not restored could not be dropped", "warn"));
            throw error;
          }
        });
        return { account: accounts.get(restored.id).view(), added: restored.added, device: restored.device };
      });
    },
    "backup.cancel"() {
      if (job !== null) job.givenUp = true;
      return null;
    },
  };
}

/** Maps failures of the file to error codes; other errors pass through. */
function asCommandError(error: unknown, fault: "file-not-written" | "file-not-read"): unknown {
  if (error instanceof BackupError) return new CommandError(error.code, error.message);
  const isSystem = error instanceof Error && "syscall" in error;
  return isSystem ? new CommandError(fault, error.message, true) : error;
}
