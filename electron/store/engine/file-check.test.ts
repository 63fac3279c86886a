import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "./connection.ts";
import { openFile } from "./database.ts";
import { fixture, temporaryFolder, type Fixture } from "../testing/store.ts";
import { openStore } from "./open.ts";

describe("a file that cannot be opened is left unchanged", () => {
  let f: Fixture;
  let folder: string;
  let path: string;
  beforeEach(async () => {
    f = await fixture();
    await f.receive();
    folder = temporaryFolder();
    path = join(folder, "jackdaw.db");
  });
  afterEach(async () => {
    await f.end();
    rmSync(folder, { recursive: true });
  });

  /** The store after a crash: the newest rows are in its log. */
  function crashed(): void {
    copyFileSync(f.path, path);
    copyFileSync(`${f.path}-wal`, `${path}-wal`);
  }
  /** The store after an orderly end. */
  async function ended(): Promise<void> {
    await f.store.close();
    copyFileSync(f.path, path);
    expect(existsSync(`${f.path}-wal`)).toBe(false);
  }
  const everything = () =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString("base64")]);

  async function refused(code: string, key = f.key): Promise<void> {
    const before = everything();
    await expect(openStore({ path, key })).rejects.toMatchObject({ name: "StoreError", code });
    expect(everything()).toEqual(before);
  }
  /** Overwrites a part of the file. */
  function spoil(offset: number, bytes: Uint8Array): void {
    const all = readFileSync(path);
    all.set(bytes, offset);
    writeFileSync(path, all);
  }

  it("with a wrong key", async () => {
    await ended();
    await refused("wrong-key", randomBytes(32));
  });
  it("with a wrong key, and the log of a crash next to it", async () => {
    crashed();
    await refused("wrong-key", randomBytes(32));
    const again = await openStore({ path, key: f.key });
    expect(await again.read("accounts.all", {})).toHaveLength(2);
    await again.close();
  });
  it("with a key of the wrong size", async () => {
    await ended();
    await refused("wrong-key", f.key.subarray(1));
  });
  it("with a length of zero", () => {
    writeFileSync(path, "");
    return refused("damaged");
  });
  it("with other content", async () => {
    writeFileSync(path, "Dear diary, ".repeat(2000));
    await refused("damaged");
    writeFileSync(path, Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(20_000)]));
    await refused("damaged");
  });
  it("that was truncated, at a page or within one", async () => {
    await ended();
    truncateSync(path, 4096 * 5);
    await refused("damaged");
    truncateSync(path, 4096 * 3 + 100);
    await refused("damaged");
    truncateSync(path, 100);
    await refused("damaged");
  });
  it("with a damaged first page, although the key is right", async () => {
    await ended();
    spoil(2000, randomBytes(100));
    await refused("damaged");
  });
  it("with a schema that is damaged where SQLite looks first", async () => {
    await ended();
    const { db } = openDatabase(path, f.key);
    const root = db
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'", { pluck: true })
      .get() as number;
    db.close();
    spoil((root - 1) * 4096 + 500, randomBytes(50));
    const before = everything();
    const store = await openStore({ path, key: f.key });
    await expect(store.read("accounts.all", {})).rejects.toMatchObject({ code: "damaged" });
    await store.close();
    expect(everything()).toEqual(before);
  });
  it("written by a newer version", async () => {
    await ended();
    const { db } = openDatabase(path, f.key);
    db.exec("PRAGMA user_version = 999; CREATE TABLE future (a)");
    db.close();
    await refused("newer");
  });
  it("written by a newer version, with its changes only in the log", async () => {
    await f.store.close();
    const { db } = openDatabase(f.path, f.key);
    db.exec("PRAGMA user_version = 999");
    crashed();
    db.close();
    await refused("newer");
  });
  it("in a missing folder, or if a folder has its name", async () => {
    await expect(openStore({ path: join(folder, "no", "jackdaw.db"), key: f.key })).rejects.toMatchObject({
      code: "io",
    });
    expect(existsSync(join(folder, "no"))).toBe(false);
    mkdirSync(path);
    await expect(openStore({ path, key: f.key })).rejects.toMatchObject({ code: "io" });
  });
  it("whose log exists without it", async () => {
    writeFileSync(`${path}-wal`, "left over");
    await refused("damaged");
  });
  it("that is already open", async () => {
    const before = readFileSync(f.path);
    await expect(openStore({ path: f.path, key: f.key })).rejects.toMatchObject({ code: "io" });
    expect(readFileSync(f.path)).toEqual(before);
    expect(await f.bodies()).toEqual(["hello"]);
  });
  it("that is read-only, or in a read-only folder", async () => {
    await ended();
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    const before = everything();
    // The superuser may write everywhere, so the check runs as another user.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) [folder, path].forEach((one) => chownSync(one, 65534, 65534));
    if (isRoot) process.seteuid!(65534);
    try {
      expect(() => openFile(path, f.key)).toThrow(expect.objectContaining({ code: "read-only" }));
      expect(() => openFile(join(folder, "new.db"), f.key)).toThrow(expect.objectContaining({ code: "read-only" }));
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(folder, 0o755);
    }
    expect(everything()).toEqual(before);
  });
  it.skipIf(process.platform === "win32")("and a new one is readable for its owner only", () => {
    expect(statSync(f.path).mode & 0o777).toBe(0o600);
    expect(statSync(`${f.path}-wal`).mode & 0o777).toBe(0o600);
  });
  it("and an opened store leaves no readable text in any file", async () => {
    await f.receive({ body: "a very secret sentence" });
    for (const name of readdirSync(f.folder)) {
      expect(readFileSync(join(f.folder, name)).includes("very secret")).toBe(false);
      expect(readFileSync(join(f.folder, name)).includes("alice@")).toBe(false);
    }
  });
});
