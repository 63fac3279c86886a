/** The desktop host in real Electron. vitest.config.ts excludes this file when there is no Electron binary. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { takeFaults, watchFaults } from "../../harness/browser.ts";
import { bubble, chatLine, ownBubble, signIn, write } from "../../harness/window.ts";
import { befriend } from "../../peers/befriend.ts";
import { startEcho } from "../../peers/echo.ts";
import type { Peer } from "../../peers/peer.ts";
import { startProsody, type Prosody } from "../../peers/servers/prosody.ts";
import { findElectron } from "../../../scripts/demo-window.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const dataFolder = mkdtempSync(join(tmpdir(), "jackdaw-desktop-"));
let server: Prosody;
let echo: Peer;
let electron: ElectronApplication;
let page: Page;

async function start(): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  electron = await _electron.launch({
    executablePath: findElectron()!,
    args: [...asRoot, project, `--data=${dataFolder}`],
  });
  page = await electron.firstWindow();
  watchFaults(page);
}

beforeAll(async () => {
  server = await startProsody({ accounts: { alice: "secret", echo: "hidden" } });
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "echo@localhost", password: "hidden", name: "Echo" },
  );
  echo = await startEcho({ server, jid: "echo@localhost", password: "hidden" });
  await start();
});
afterEach(() => expect(takeFaults(page), "faults in the window").toEqual([]));
afterAll(async () => {
  await electron?.close();
  await echo?.stop();
  await server?.remove();
  rmSync(dataFolder, { recursive: true, force: true });
});

it("desktop: signing in and chatting work", async () => {
  await signIn(page, server, "alice@localhost", "secret");
  await chatLine(page, "Echo").click();
  await write(page, "from the desktop");
  await bubble(page, "Echo: from the desktop").waitFor();
});

it("desktop: the window has no Node and cannot navigate or open windows", async () => {
  const seen = await page.evaluate(() => ({
    node: ["require", "process", "module", "Buffer"].filter((name) => name in globalThis),
    bridge: Object.keys((window as unknown as { jackdaw: object }).jackdaw).sort(),
    opened: window.open("https://example.org/") === null,
  }));
  expect(seen).toEqual({ node: [], bridge: ["invoke", "subscribe"], opened: true });
  const before = page.url();
  await page.evaluate(() => void (location.href = "https://example.org/"));
  await write(page, "still here");
  await bubble(page, "Echo: still here").waitFor();
  expect(page.url()).toBe(before);
});

it("desktop: a restart preserves chats and messages", async () => {
  await electron.close();
  await start();
  await chatLine(page, "Echo").click();
  await ownBubble(page, "from the desktop", "sent").first().waitFor();
});
