/** Proves that each import rule fails on a violation: each is violated once in a small tree. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const project = join(import.meta.dirname, "..", "..");
const cruiser = join(project, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");

/** A file, what it imports, and the rule that must report it; null: allowed. */
const cases: [file: string, imports: string, rule: string | null][] = [
  ["shared/a.ts", 'import "../electron/app/core.ts";', "shared-imports-shared"],
  ["shared/b.ts", 'import type { X } from "../renderer/app.ts";', "shared-imports-shared"],
  ["shared/c.ts", 'import "node:fs";', "renderer-has-no-core-modules"],
  ["renderer/a.tsx", 'import type { X } from "../electron/app/core.ts";', "renderer-imports-renderer-and-shared"],
  ["renderer/b.ts", 'import "node:path";', "renderer-has-no-core-modules"],
  ["renderer/c.ts", 'import { ipcRenderer } from "electron";', "only-the-desktop-host-imports-electron"],
  ["electron/app/a.ts", 'import "../../renderer/app.ts";', "electron-imports-no-renderer"],
  ["electron/app/f.ts", 'import "./testing/device.ts";', "only-tests-import-testing"],
  ["electron/app/testing/world.ts", 'import "../../../e2e/peers/peer.ts"; import "./device.ts";', null],
  ["electron/app/b.ts", 'import { app } from "electron";', "only-the-desktop-host-imports-electron"],
  ["electron/browser/a.ts", 'import type { App } from "electron";', "only-the-desktop-host-imports-electron"],
  ["electron/app/c.ts", 'import "../browser/host.ts";', "app-knows-no-host"],
  ["electron/browser/b.ts", 'import "../desktop/host.ts";', "hosts-do-not-meet"],
  ["electron/browser/c.ts", 'import "../store/open.ts";', "hosts-go-through-app"],
  ["electron/xmpp/a.ts", 'import "../store/open.ts";', "rooms-do-not-meet"],
  ["electron/xmpp/b.ts", 'import type { X } from "../omemo/session.ts";', "rooms-do-not-meet"],
  ["electron/omemo/a.ts", 'import "../store/open.ts";', "rooms-do-not-meet"],
  ["electron/store/a.ts", 'import "../xmpp/client.ts";', "rooms-do-not-meet"],
  ["electron/store/b.ts", 'import "../app/core.ts";', "rooms-do-not-meet"],
  ["electron/model/a.ts", 'import type { X } from "../xmpp/client.ts";', "model-imports-shared"],
  ["electron/model/b.ts", 'import type { X } from "./message.ts"; import "../../shared/ok.ts";', null],
  ["electron/browser/d.ts", 'import type { X } from "../model/message.ts";', "hosts-go-through-app"],
  ["electron/store/c.ts", 'import type { X } from "../model/message.ts";', null],
  ["electron/app/x.ts", 'import "./y.ts";', null],
  ["electron/app/y.ts", 'import "./x.ts";', "no-cycle"],
  ["electron/xmpp/x.ts", 'import type { here } from "./y.ts";', null],
  ["electron/xmpp/y.ts", 'import type { here } from "./x.ts";', "no-cycle"],
  ["electron/app/d.ts", 'import "./nowhere.ts";', "not-found"],
  ["renderer/d.ts", 'import "../shared/ok.ts";', null],
  ["renderer/ui/a.ts", 'import type { X } from "../state/chats.ts";', "ui-imports-ui"],
  ["renderer/ui/b.ts", 'import "../chat/view.ts";', "ui-imports-ui"],
  ["renderer/state/a.ts", 'import type { X } from "../ui/button.ts";', "state-imports-state"],
  ["renderer/state/b.ts", 'import "../room/view.ts";', "state-imports-state"],
  ["renderer/state/c.ts", 'import "../cache/drafts.ts"; import "../i18n/words.ts"; import "../log.ts";', null],
  ["renderer/cache/a.ts", 'import "../state/chats.ts";', "cache-imports-cache"],
  ["renderer/i18n/a.ts", 'import "../ui/button.ts";', "i18n-imports-i18n"],
  ["renderer/conversation/a.ts", 'import type { X } from "../room/view.ts";', "features-import-one-way"],
  ["renderer/conversation/b.ts", 'import "../chat/view.ts";', "features-import-one-way"],
  ["renderer/chat/a.ts", 'import type { X } from "../room/view.ts";', "features-import-one-way"],
  ["renderer/room/a.ts", 'import type { X } from "../chat/view.ts";', "room-imports-no-chat"],
  ["renderer/room/b.ts", 'import "../conversation/view.ts"; import "../ui/button.ts";', null],
  ["renderer/calls/a.ts", 'import "../ui/button.ts";', "features-are-listed"],
  ["renderer/room/x.ts", 'import "./y.ts";', null],
  ["renderer/room/y.ts", 'import type { here } from "./x.ts";', "no-cycle"],
  [
    "electron/app/e.ts",
    'import "../xmpp/client.ts"; import "../store/open.ts"; import "../../shared/ok.ts"; import "node:fs";',
    null,
  ],
  ["electron/desktop/a.ts", 'import { app } from "electron"; import "../app/core.ts";', null],
  ["electron/main.ts", 'import { app } from "electron"; import "./desktop/host.ts";', null],
];
const targets = [
  "shared/ok.ts",
  "renderer/app.ts",
  "renderer/log.ts",
  "renderer/cache/drafts.ts",
  "renderer/chat/view.ts",
  "renderer/conversation/view.ts",
  "renderer/i18n/words.ts",
  "renderer/room/view.ts",
  "renderer/state/chats.ts",
  "renderer/ui/button.ts",
  "electron/app/core.ts",
  "electron/browser/host.ts",
  "electron/desktop/host.ts",
  "electron/store/open.ts",
  "electron/xmpp/client.ts",
  "electron/omemo/session.ts",
  "electron/model/message.ts",
  "electron/app/testing/device.ts",
  "e2e/peers/peer.ts",
];

describe("the import rules", () => {
  let folder: string;
  let found: { from: string; rule: { name: string } }[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jackdaw-imports-"));
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const path of targets) write(path, "export interface X { x: 1 }\nexport const x = 1;\n");
    for (const [path, text] of cases) write(path, `${text}\nexport const here = 1;\n`);
    for (const path of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"])
      cpSync(join(project, path), join(folder, path));
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "junction");
    const args = [
      cruiser,
      "--config",
      ".dependency-cruiser.mjs",
      "--output-type",
      "json",
      "shared",
      "electron",
      "renderer",
    ];
    // The exit code is the number of errors found.
    const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }).catch(
      (error: unknown) => error as { stdout: string },
    );
    found = (JSON.parse(stdout) as { summary: { violations: typeof found } }).summary.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(cases)("%s with %s: %s", (file, _imports, rule) => {
    const rules = new Set(found.filter(({ from }) => from === file).map((one) => one.rule.name));
    // A cycle is reported at one of its files.
    if (file.endsWith("/x.ts")) rules.delete("no-cycle");
    if (rule === "no-cycle") expect(found.map((one) => one.rule.name)).toContain(rule);
    else expect([...rules]).toEqual(rule === null ? [] : [rule]);
  });
});
