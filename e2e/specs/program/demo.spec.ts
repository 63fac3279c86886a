/** `npm run demo -- --headless` provides a working chat and leaves nothing behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium, openPage, picture, takeFaults } from "../../harness/browser.ts";
import { bubble, chatLine, composer, eventually } from "../../harness/window.ts";

const project = join(import.meta.dirname, "..", "..", "..");
const temporary = mkdtempSync(join(tmpdir(), "jackdaw-demo-test-"));
let browser: Browser;
let demo: ChildProcess | null = null;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  demo?.kill("SIGKILL");
  await browser?.close();
  rmSync(temporary, { recursive: true, force: true });
});

/** Processes whose command line contains our temporary folder (proc(5)). */
const leftOver = (): string[] =>
  readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return line.includes(temporary) ? [line] : [];
    } catch {
      return [];
    }
  });

it("the demo answers in the window, and Ctrl+C ends it without remains", async () => {
  const started = spawn(process.execPath, ["scripts/demo.mjs", "--headless"], {
    cwd: project,
    env: { ...process.env, VITEST: undefined, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let errors = "";
  started.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  demo = started;
  const ended = new Promise<number | null>((resolve) => started.once("exit", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(started.stdout).on("line", (line) => {
      const found = /^demo ready: (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`the demo ended with ${code}`)));
  });
  const page = await openPage(browser, url);
  await chatLine(page, "Echo").click();
  await bubble(page, "Hello! I am the echo").waitFor();
  await composer(page).fill("Is anybody there? 🐦");
  await composer(page).press("Enter");
  await bubble(page, "Echo: Is anybody there? 🐦").waitFor();
  await picture(page, "demo");
  expect(takeFaults(page)).toEqual([]);
  await page.close();
  expect(leftOver()).not.toEqual([]);
  // As a terminal does: every process of the group gets it.
  process.kill(-started.pid!, "SIGINT");
  expect(await ended).toBe(0);
  expect(errors).toBe("");
  await eventually(() => expect(leftOver()).toEqual([]));
  expect(readdirSync(temporary)).toEqual([]);
}, 120_000);
