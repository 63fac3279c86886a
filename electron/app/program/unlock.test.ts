/** Requests of the window at the moment when the store is unlocked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { CommandResult } from "../../../shared/ipc/index.ts";
import { createCore } from "../core.ts";
import type { Core, Host } from "../host.ts";

let folder: string;
let core: Core | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-unlock-"));
});
afterEach(async () => {
  await core?.stop();
  rmSync(folder, { recursive: true });
});

const hostWith = (secrets: Map<string, Uint8Array>, publish: Host["publish"]): Host => ({
  kind: "browser",
  version: "0",
  locale: "en",
  dataFolder: folder,
  backupFolder: join(folder, "backups"),
  downloadFolder: join(folder, "downloads"),
  secretBox: {
    load: async (name) => secrets.get(name) ?? null,
    save: async (name, secret) => void secrets.set(name, secret),
  },
  notify: () => undefined,
  setBadge: () => undefined,
  openExternal: async () => undefined,
  publish,
});

it("app.start returns the accounts when the window calls it while the store is being unlocked", async () => {
  const secrets = new Map<string, Uint8Array>();
  core = createCore(hostWith(secrets, () => undefined));
  await core.start();
  const jid = "alice@localhost" as BareJid;
  const { id } = await core.handlers["account.signIn"]({
    jid,
    password: "secret",
    advanced: { host: "127.0.0.1", port: 1 },
  });
  await core.handlers["account.setEnabled"]({ account: id, enabled: false });
  const { recoveryKey } = await core.handlers["store.recoveryKey"]({});
  await core.stop();

  const asked: Promise<CommandResult<"app.start">>[] = [];
  const locked = createCore(
    hostWith(new Map([["store-key", new Uint8Array(32)]]), (name, payload) => {
      if (name === "store.changed" && (payload as { state: string }).state === "ready")
        asked.push(Promise.resolve(core!.handlers["app.start"]({})));
    }),
  );
  core = locked;
  await core.start();
  expect(asked).toEqual([]);
  await core.handlers["store.restore"]({ recoveryKey });
  const [answer] = await Promise.all(asked);
  expect(answer).toMatchObject({ store: { state: "ready" }, accounts: [{ jid }] });
});

it("app.start answers even after a wrong recovery key", async () => {
  core = createCore(hostWith(new Map(), () => undefined));
  await core.start();
  await core.stop();
  core = createCore(hostWith(new Map([["store-key", new Uint8Array(32)]]), () => undefined));
  await core.start();
  await expect(Promise.resolve(core.handlers["store.restore"]({ recoveryKey: "00".repeat(32) }))).rejects.toMatchObject(
    { code: "bad-recovery-key" },
  );
  expect(await core.handlers["app.start"]({})).toMatchObject({
    store: { state: "locked", reason: "wrong-key" },
    accounts: [],
  });
});
