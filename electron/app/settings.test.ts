import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createCore } from "./core.ts";

it("two switches that follow each other both stay as they were put", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-settings-"));
  const secrets = new Map<string, Uint8Array>();
  const core = createCore({
    kind: "browser",
    version: "0",
    locale: "en",
    dataFolder: folder,
    backupFolder: join(folder, "backups"),
    downloadFolder: join(folder, "downloads"),
    secretBox: { load: async (name) => secrets.get(name) ?? null, save: async (name, secret) => void secrets.set(name, secret) },
    notify: () => undefined,
    setBadge: () => undefined,
    openExternal: async () => undefined,
    publish: () => undefined,
  });
  onTestFinished(async () => {
    await core.stop();
    rmSync(folder, { recursive: true });
  });
  await core.start();
  const change = core.handlers["settings.change"];
  const [, last] = await Promise.all([change({ sendReceipts: false }), change({ sendReadMarkers: false })]);
  expect(last).toMatchObject({ sendReceipts: false, sendReadMarkers: false });
  expect((await core.handlers["app.start"]({})).settings).toEqual(last);
});
