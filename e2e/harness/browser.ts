/** Chromium for the tests, and pages that record every fault: console errors, uncaught errors, CSP violations. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright";
import { findChromium } from "../../scripts/setup.mjs";

const results = join(import.meta.dirname, "..", "..", "test-results");

/** @throws with a readable message when there is no Chromium */
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
      // A microphone that beeps.
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
  });
}

/** Faults of each page so far. */
const faults = new WeakMap<Page, string[]>();

/** Records every fault of the page from now on. */
export function watchFaults(page: Page): void {
  const found: string[] = [];
  faults.set(page, found);
  page.on("pageerror", (error) => found.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Chromium itself reports these while the host is down; they are not faults of the app.
    if (
      /^WebSocket connection to 'ws:\/\/127\.0\.0\.1|net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET)/.test(
        message.text(),
      )
    )
      return;
    found.push(`${message.type()}: ${message.text()}`);
  });
}

/** Returns and clears the faults of the page. CSP violations are reported as console errors. */
export function takeFaults(page: Page): string[] {
  return faults.get(page)?.splice(0) ?? [];
}

/** Opens a page in its own browser context (cookies, storage). */
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

/** Resizes the window and waits until it is drawn so: a narrow window shows one view where a wide one shows two. */
export async function resize(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate(
    // The media queries change before the first of the two frames.
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

/** Saves a screenshot of the page in test-results/. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  await page.screenshot({ path: join(results, `${name}.png`) });
}
