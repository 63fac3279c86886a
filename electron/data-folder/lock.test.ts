/** The lock of the data folder: never two holders, and never blocked permanently. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { raceForLock } from "./testing/lock-race.ts";
import { takeLock, type Holder, type Lock } from "./lock.ts";

/** Timeout of tests that start many processes on a loaded machine, ms. */
const MANY_PROCESSES = 180_000;

describe("lock of a data folder", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "jackdaw-lock-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, "lock");
  const take = (): Lock => {
    const taken = takeLock(folder, "browser");
    if (!("lock" in taken)) throw new Error("the lock is held");
    return taken.lock;
  };

  it("has one holder, whose process and server port are published", () => {
    const lock = take();
    expect(takeLock(folder, "desktop")).toEqual({
      heldBy: { pid: process.pid, host: "browser", port: 0, secret: lock.secret },
    });
    lock.announce(4321);
    expect(takeLock(folder, "browser")).toMatchObject({ heldBy: { port: 4321 } });
    lock.release();
  });

  it("is free after its release; a second release does not affect the next holder", () => {
    const first = take();
    first.release();
    const second = take();
    first.release();
    expect(takeLock(folder, "browser")).toMatchObject({ heldBy: { secret: second.secret } });
    second.release();
  });

  it("keeps its files readable by their user only", () => {
    const lock = take();
    if (process.platform !== "win32")
      for (const name of ["lock", "lock.db"]) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    lock.release();
  });

  it.each([
    [
      "of a process that has ended",
      JSON.stringify({ pid: 2 ** 22 + 1, host: "browser", port: 1, secret: "old" } satisfies Holder),
    ],
    [
      "of a living process with a reused id",
      JSON.stringify({ pid: process.pid, host: "browser", port: 1, secret: "old" } satisfies Holder),
    ],
    ["that is truncated", '{"pid": 12'],
    ["that is empty", ""],
  ])("ignores a lock file %s", (_what, text) => {
    writeFileSync(file(), text);
    const lock = take();
    expect((JSON.parse(readFileSync(file(), "utf8")) as Holder).secret).toBe(lock.secret);
    lock.release();
  });

  it.each(["{", "", "null", '{"pid":-1}', '{"pid":1,"host":"browser","port":70000,"secret":"x"}'])(
    "stays held, by an unknown holder, when the lock file contains %j",
    (text) => {
      const lock = take();
      writeFileSync(file(), text);
      expect(takeLock(folder, "browser")).toEqual({ heldBy: null });
      lock.release();
    },
  );

  // Several rounds: an earlier implementation had two holders in a third of those with a stale lock file.
  it(
    "has exactly one holder when many processes start at once",
    async () => {
      expect(await raceForLock({ rounds: 6, starters: 5 })).toEqual({ rounds: 6, twoHolders: 0, noHolder: 0 });
    },
    MANY_PROCESSES,
  );

  it(
    "has exactly one holder when many processes find a stale lock file at once",
    async () => {
      const before = (at: string): void =>
        writeFileSync(join(at, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: "browser", port: 0, secret: "old" }));
      expect(await raceForLock({ rounds: 6, starters: 5, before })).toEqual({ rounds: 6, twoHolders: 0, noHolder: 0 });
    },
    MANY_PROCESSES,
  );

  it(
    "has exactly one holder when many processes start after the last holder was killed",
    async () => {
      expect(await raceForLock({ rounds: 3, starters: 3, crash: true })).toEqual({
        rounds: 3,
        twoHolders: 0,
        noHolder: 0,
      });
    },
    MANY_PROCESSES,
  );
});
