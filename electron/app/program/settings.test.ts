import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createCore } from "../core.ts";
import { TestHost } from "../testing/host.ts";

it("two settings changed in quick succession are both kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-settings-"));
  const core = createCore(new TestHost(folder));
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
