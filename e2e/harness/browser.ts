/** Chromium for the tests, and pages that do not let a fault pass: console errors, uncaught errors, CSP breaches. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright";
import { findChromium } from "../../scripts/setup.mjs";

const results = join(import.meta.dirname, "..", "..", "test-results");

/** @throws with a sentence when there is no Chromium */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("no Chromium is installed: apt-get install chromium");
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-first-run",
    ],
  });
}

/** What went wrong in a page so far. */
const faults = new WeakMap<Page, string[]>();

/** Notes every fault of the page from now on. */
export function watchFaults(page: Page): void {
  const found: string[] = [];
  faults.set(page, found);
  page.on("pageerror", (error) => found.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Chromium itself says so while the host is away; the app has nothing to do with it.
    if (
      /^WebSocket connection to 'ws:\/\/127\.0\.0\.1|net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET)/.test(
        message.text(),
      )
    )
      return;
    found.push(`${message.type()}: ${message.text()}`);
  });
}

/** Faults of the page, and forgets them. Breaches of the CSP come as console errors. */
export function takeFaults(page: Page): string[] {
  return faults.get(page)?.splice(0) ?? [];
}

/** A page with its own cookies and storage. */
export async function openPage(
  browser: Browser,
  address: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    locale: "en-GB",
    colorScheme: "light",
    ...options,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  watchFaults(page);
  await page.goto(address);
  return page;
}

/** Keeps a picture of the page in test-results/. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  await page.screenshot({ path: join(results, `${name}.png`) });
}
