/**
 * A complete Jackdaw for one spec file: data folder, host, browser and window, next to a Prosody. After every test the
 * window must have no faults (console errors, uncaught errors, CSP violations).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startProsody, type Prosody, type ProsodyOptions } from "../peers/servers/prosody.ts";
import { launchChromium, openPage, picture, takeFaults } from "./browser.ts";
import { startHost, type RunningHost } from "./host.ts";

export interface App {
  readonly server: Prosody;
  readonly host: RunningHost;
  readonly browser: Browser;
  readonly page: Page;
  readonly dataFolder: string;
  /** Starts the host on the data folder and opens its window. */
  start(options?: { language?: string; port?: number }): Promise<void>;
  /** Leaves the page and stops the host in order. */
  quit(): Promise<void>;
  /** Kills the host (SIGKILL); the window stays open. */
  crash(): Promise<void>;
  /** Discards faults that a test provokes on purpose. */
  forgiveFaults(): void;
}

/** Closes what a failed test has left open, so that the next one, or its retry, finds the window as it expects it. */
async function closeDialogs(page: Page): Promise<void> {
  const dialogs = page.locator("[role=dialog], [role=alertdialog]");
  for (let open = await dialogs.count(); open > 0; open = await dialogs.count()) {
    await page.keyboard.press("Escape");
    await expect.poll(() => dialogs.count(), { timeout: 5_000 }).toBeLessThan(open);
  }
}

/**
 * Registers the hooks of a spec file; the properties are available from the first test on.
 * @param machine.path folder to put first in the host's PATH
 */
export function useApp(options: ProsodyOptions, machine: { path?: string } = {}): App {
  const dataFolder = mkdtempSync(join(tmpdir(), "jackdaw-e2e-"));
  let server: Prosody | null = null;
  let browser: Browser | null = null;
  let host: RunningHost | null = null;
  let page: Page | null = null;
  const there = <T>(part: T | null): T => {
    if (part === null) throw new Error("not started");
    return part;
  };

  const app: App = {
    dataFolder,
    get server() {
      return there(server);
    },
    get browser() {
      return there(browser);
    },
    get host() {
      return there(host);
    },
    get page() {
      return there(page);
    },
    async start({ language, port } = {}) {
      // A failed test may have left a host running.
      await host?.kill();
      host = await startHost({
        dataFolder,
        ...machine,
        ...(language === undefined ? {} : { language }),
        ...(port === undefined ? {} : { port }),
      });
      if (page === null) page = await openPage(there(browser), host.address);
      else await page.goto(host.address);
    },
    async quit() {
      // The page stays open, so that its storage for the origin survives until the next start on the same port.
      await page?.goto("about:blank");
      await host?.stop();
      host = null;
    },
    async crash() {
      await host?.kill();
      host = null;
    },
    forgiveFaults: () => void (page === null ? [] : takeFaults(page)),
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startProsody(options), launchChromium()]);
    await app.start();
  });
  afterEach(async (context) => {
    if (page === null) return;
    if (context.task.result?.state === "fail") {
      await picture(page, `failed-${context.task.name.replace(/\W+/g, "-").slice(0, 60)}`).catch(console.error);
      await closeDialogs(page).catch(console.error);
    }
    expect(takeFaults(page), "faults in the window").toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    await server?.remove();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  return app;
}
