/**
 * Measures the start of Jackdaw, in the built browser host, with 2,000 contacts, 500 chats and 100,000 messages: from
 * the start of the process until the core has served the first page of chats, and until Chromium has painted the first
 * chat. Every run uses a new process; the medians are reported.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../e2e/harness/browser.ts";
import { connectIpc } from "../e2e/harness/ipc-client.ts";
import { startHost } from "../e2e/harness/host.ts";
import { build } from "../scripts/build.ts";
import { dataset } from "./dataset.ts";

const RUNS = 9;
const SIZE = { contacts: 2000, chats: 500, messages: 100_000, seed: 1 };

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const rounded = (values: number[]): string => values.map((value) => Math.round(value)).join(", ");

/** Creates a data folder with the dataset, and its key where the host looks for it. */
function prepare(folder: string, { path, key }: { path: string; key: Uint8Array }): void {
  cpSync(path, join(folder, "jackdaw.db"));
  mkdirSync(join(folder, "secrets"), { mode: 0o700 });
  writeFileSync(join(folder, "secrets", "store-key"), key, { mode: 0o600 });
}

/** Resident memory of a process, in MB (proc(5), VmRSS). */
function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** From the start of the process to the answer with the first page of chats, over a real connection. */
async function coreReady(folder: string): Promise<{ ms: number; rss: number }> {
  const from = performance.now();
  const host = await startHost({ dataFolder: folder });
  try {
    const ipc = await connectIpc(host.address);
    const { chats } = await ipc.call("chat.page", { limit: 50 });
    const ms = performance.now() - from;
    if (chats.length !== 50) throw new Error(`only ${chats.length} chats came`);
    const rss = residentMb(host.pid);
    ipc.close();
    return { ms, rss };
  } finally {
    await host.stop();
  }
}

/** From the start of the process to the first frame with an entry of the chat list; the browser is already running. */
async function firstPaint(folder: string, browser: Awaited<ReturnType<typeof launchChromium>>): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  // An entry is painted two frames after it entered the document.
  await page.addInitScript((name: string) => {
    const painted = new Promise<number>((resolve) => {
      const look = (): void => {
        if (!(document.body?.innerText ?? "").includes(name)) return void requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
      };
      look();
    });
    Object.assign(window, { painted });
  }, "Contact ");
  const from = performance.timeOrigin + performance.now();
  const host = await startHost({ dataFolder: folder });
  try {
    await page.goto(host.address, { waitUntil: "commit" });
    const at = await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted);
    return at - from;
  } finally {
    await context.close();
    await host.stop();
  }
}

/** The start of an empty Node process, for comparison. */
async function emptyNode(): Promise<number> {
  const from = performance.now();
  await new Promise((resolve) => spawn(process.execPath, ["-e", "0"]).once("exit", resolve));
  return performance.now() - from;
}

await build();
const data = await dataset(SIZE);
const folder = mkdtempSync(join(tmpdir(), "jackdaw-startup-"));
const browser = await launchChromium();
try {
  prepare(folder, data);
  const ready: number[] = [];
  const paint: number[] = [];
  const rss: number[] = [];
  const empty: number[] = [];
  // The first run does not count: it warms the disk cache.
  for (let run = -1; run < RUNS; run++) {
    const core = await coreReady(folder);
    const first = await firstPaint(folder, browser);
    const nothing = await emptyNode();
    if (run < 0) continue;
    ready.push(core.ms);
    rss.push(core.rss);
    paint.push(first);
    empty.push(nothing);
  }
  console.log(`${SIZE.contacts} contacts, ${SIZE.chats} chats, ${SIZE.messages} messages; ${RUNS} runs`);
  console.log(
    `core ready after ${rounded(ready)} ms; an empty Node starts and ends in ${Math.round(median(empty))} ms`,
  );
  console.log(`first chats painted after ${rounded(paint)} ms`);
  const result = {
    core_ready_ms: Math.round(median(ready)),
    first_paint_ms: Math.round(median(paint)),
    rss_mb: Math.round(median(rss)),
  };
  console.log(JSON.stringify({ bench: "startup", ...result }));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
