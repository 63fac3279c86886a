import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoreStatus } from "../../../shared/model/store-status.ts";
import { StoreError, type OpenStore } from "../../store/contract/index.ts";
import { moveAside } from "../../store/engine/move-aside.ts";
import { openStore } from "../../store/engine/open.ts";
import type { SecretBox } from "../host.ts";
import { createVault, type Vault } from "./vault.ts";

describe("vault", () => {
  let folder: string;
  let secrets: Map<string, Uint8Array>;
  let seen: StoreStatus[];
  const open: Vault[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-vault-"));
    secrets = new Map();
    seen = [];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((vault) => vault.close()));
    await rm(folder, { recursive: true });
  });

  const secretBox: SecretBox = {
    load: async (name) => secrets.get(name) ?? null,
    save: async (name, secret) => void secrets.set(name, secret),
  };
  function vault(opener: OpenStore = openStore): Vault {
    const made = createVault({
      host: { dataFolder: folder, secretBox },
      openStore: opener,
      moveAside,
      onStatus: (status) => seen.push(status),
    });
    open.push(made);
    return made;
  }
  /** Creates a store with a recognizable setting, and closes it. */
  async function marked(): Promise<void> {
    const first = vault();
    expect(await first.open()).toEqual({ state: "ready" });
    const settings = await first.read("settings.get", {});
    await first.write({ op: "settings.set", args: { ...settings, theme: "dark" } });
    await first.close();
  }
  const theme = async (from: Vault) => (await from.read("settings.get", {})).theme;
  const bytes = () => readFile(join(folder, "jackdaw.db"));

  it("creates a key on the first run, and opens the store with it on the second", async () => {
    await marked();
    const again = vault();
    expect(await again.open()).toEqual({ state: "ready" });
    expect(await theme(again)).toBe("dark");
    expect((await bytes()).includes("SQLite format")).toBe(false);
  });

  it("does not change the file when the key is lost, and opens it with the recovery key", async () => {
    await marked();
    const first = vault();
    await first.open();
    const recoveryKey = await first.recoveryKey();
    await first.close();
    const before = await bytes();
    secrets.clear();

    const locked = vault();
    expect(await locked.open()).toMatchObject({ state: "locked", reason: "key-lost" });
    await expect(locked.read("settings.get", {})).rejects.toMatchObject({ code: "store-locked" });
    await expect(locked.restore("nonsense")).rejects.toMatchObject({ code: "bad-recovery-key" });
    await expect(locked.restore("00".repeat(32))).rejects.toMatchObject({ code: "bad-recovery-key" });
    expect(secrets.size).toBe(0);
    expect(await bytes()).toEqual(before);

    expect(await locked.restore(recoveryKey.toUpperCase())).toEqual({ state: "ready" });
    expect(await theme(locked)).toBe("dark");
    expect(secrets.size).toBe(1);
  });

  it("reports a wrong key, retries on demand, and never changes the file", async () => {
    await marked();
    const before = await bytes();
    const right = secrets.get("store-key")!;
    secrets.set("store-key", new Uint8Array(32));
    const locked = vault();
    expect(await locked.open()).toMatchObject({ state: "locked", reason: "wrong-key" });
    expect(await locked.open()).toMatchObject({ state: "locked", reason: "wrong-key" });
    expect(await bytes()).toEqual(before);
    secrets.set("store-key", right);
    expect(await locked.open()).toEqual({ state: "ready" });
  });

  it("keeps the old file and its key when the user starts afresh", async () => {
    await marked();
    const before = await bytes();
    const right = secrets.get("store-key")!;
    secrets.set("store-key", new Uint8Array(32).fill(7));
    const locked = vault();
    await locked.open();
    expect(await locked.startAfresh()).toEqual({ state: "ready" });
    expect(await theme(locked)).toBe("system");
    const kept = (await readdir(folder)).find((name) => name.endsWith(".kept"))!;
    expect(await readFile(join(folder, kept))).toEqual(before);
    expect(secrets.get(`store-key-of-${kept}`)).toEqual(new Uint8Array(32).fill(7));
    expect(secrets.get("store-key")).not.toEqual(right);
  });

  it("reports a damaged file", async () => {
    await marked();
    await writeFile(join(folder, "jackdaw.db"), "short");
    const locked = vault();
    expect((await locked.open()).state).toBe("locked");
    expect(await readFile(join(folder, "jackdaw.db"), "utf8")).toBe("short");
  });

  it("reports that the store is not writable, and when it is writable again", async () => {
    let full = false;
    const filling: OpenStore = async (options) => {
      const store = await openStore(options);
      const write: typeof store.write = (...ops) =>
        full ? Promise.reject(new StoreError("full", "disk full")) : store.write(...ops);
      return { ...store, write };
    };
    const ours = vault(filling);
    await ours.open();
    const settings = await ours.read("settings.get", {});
    full = true;
    await expect(ours.write({ op: "settings.set", args: settings })).rejects.toMatchObject({ code: "full" });
    expect(ours.status).toEqual({ state: "not-writable", reason: "full" });
    expect(await ours.open()).toEqual({ state: "not-writable", reason: "full" });
    full = false;
    // "Try again" performs a real write.
    expect(await ours.open()).toEqual({ state: "ready" });
    await ours.write({ op: "settings.set", args: settings });
    expect(ours.status).toEqual({ state: "ready" });
    expect(seen.map((status) => status.state)).toEqual(["ready", "not-writable", "ready"]);
  });
});
