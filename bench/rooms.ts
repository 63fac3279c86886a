/**
 * Large rooms, in the built browser host and its window in Chromium, over a real Prosody with our own room service
 * (`e2e/peers/servers/crowd.ts`): 100 rooms of 50 occupants joined at once; then one room of 5,000, from "Join" until
 * its occupants are listed and the composer is usable, and the frame times during 100 presences a second. It asserts
 * that everybody is listed.
 */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { launchChromium, openPage } from "../e2e/harness/browser.ts";
import { connectIpc, type IpcClient } from "../e2e/harness/ipc-client.ts";
import { startHost } from "../e2e/harness/host.ts";
import { signIn } from "../e2e/harness/sign-in.ts";
import { CROWD, withCrowd } from "../e2e/peers/servers/crowd.ts";
import { startProsody } from "../e2e/peers/servers/prosody.ts";
import type { AccountId } from "../shared/model/primitives.ts";
import type { Room } from "../shared/model/room.ts";
import { build } from "../scripts/build.ts";
import { framesDuring } from "./frames.ts";
import type { Bustle } from "./rooms-crowd.ts";

const ROOMS = 100;
const SMALL = 50;
const LARGE = 5_000;
const BUSTLE = { perSecond: 100, seconds: 10 };
const RUNS = 3;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const list = (values: number[], digits: number): string => values.map((one) => one.toFixed(digits)).join(", ");

/** Peak resident memory in MB (proc(5), VmHWM). */
const peakMb = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Peak of the largest window process of the browser, in MB. */
async function windowsMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as {
    processInfo: { type: string; id: number }[];
  };
  await session.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => peakMb(id)));
}

function startCrowd(port: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "rooms-crowd.ts"), [String(port)]);
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`the crowd ended (${code})`)));
  });
}

function bustle(crowd: ChildProcess, what: Bustle): Promise<unknown> {
  const done = new Promise((resolve) => crowd.once("message", resolve));
  crowd.send(what);
  return done;
}

/** Resolves when the window knows this many joined rooms with all their occupants. */
function joinedInWindow(page: Page, rooms: number, people: number): Promise<void> {
  return page.evaluate(
    ([wanted, crowd]) =>
      new Promise<void>((resolve) => {
        const joined = new Set<string>();
        const look = (changed: readonly Room[]): void => {
          for (const room of changed)
            if (room.state.state === "joined" && room.occupants === crowd) joined.add(room.jid);
          // The window's stores update with the next frame.
          if (joined.size >= wanted) requestAnimationFrame(() => setTimeout(resolve));
        };
        window.jackdaw.subscribe("rooms.changed", ({ changed }) => look(changed));
        void window.jackdaw.invoke("room.list", {}).then((answer) => look(answer.ok ? answer.value.rooms : []));
      }),
    [rooms, people] as const,
  );
}

const seconds = (from: number): number => (performance.now() - from) / 1000;

async function joinMany(ipc: IpcClient, page: Page, account: AccountId): Promise<number> {
  const joined = joinedInWindow(page, ROOMS, SMALL + 1);
  const from = performance.now();
  for (let room = 0; room < ROOMS; room++) {
    void ipc.call("room.join", {
      account,
      jid: `r${room}-${SMALL}@${CROWD}`,
      nickname: "alice",
      password: null,
      autojoin: true,
    });
  }
  await joined;
  return seconds(from);
}

/** Sizes differ by run, so that a room that is still shown is not taken for the next one. */
const large = (run: number) => ({ room: `big-${LARGE + run}@${CROWD}`, people: LARGE + run });

/** Seconds from "Join" to a complete list of occupants and a usable composer. */
async function joinLarge(page: Page, { room, people }: ReturnType<typeof large>): Promise<number> {
  await page.locator("textarea").press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill(`xmpp:${room}?join`);
  await page.keyboard.press("Enter");
  await page
    .getByRole("alertdialog", { name: /^Join the group chat / })
    .getByRole("button", { name: "Join …" })
    .click();
  const dialog = page.getByRole("dialog", { name: "Join a group chat" });
  const button = dialog.getByRole("button", { name: "Join", exact: true });
  await button.waitFor();
  const usable = page.evaluate((everybody) => {
    return new Promise<number>((resolve) => {
      addEventListener(
        "click",
        () => {
          const from = performance.now();
          const look = (): void => {
            const listed = document.querySelectorAll('[role="region"][aria-label="People"] [data-index]').length > 5;
            const isWhole = (document.querySelector("header p")?.textContent ?? "")
              .replaceAll(/\W/g, "")
              .startsWith(String(everybody));
            const composer = document.querySelector<HTMLTextAreaElement>("textarea");
            if (!listed || !isWhole || composer === null || composer.disabled) return void requestAnimationFrame(look);
            requestAnimationFrame(() => setTimeout(() => resolve((performance.now() - from) / 1000)));
          };
          look();
        },
        { once: true, capture: true },
      );
    });
  }, people + 1);
  await button.click();
  await dialog.waitFor({ state: "detached" });
  return usable;
}

await build();
const folder = mkdtempSync(join(tmpdir(), "jackdaw-rooms-"));
const { options, port } = await withCrowd({ accounts: { alice: "secret" }, log: "info" });
const server = await startProsody(options);
const crowd = await startCrowd(port);
const browser = await launchChromium();
let host = await startHost({ dataFolder: folder });
try {
  const ipc = await connectIpc(host.address);
  const { id: account } = await signIn(ipc, {
    jid: "alice@localhost",
    password: "secret",
    advanced: { host: "127.0.0.1", port: server.port },
    fingerprint: server.certificateFingerprint,
  });
  let page = await openPage(browser, await host.anotherAddress());
  await page.getByRole("navigation", { name: "Chats" }).waitFor();
  const many = await joinMany(ipc, page, account);
  console.log(`${ROOMS} rooms of ${SMALL}: joined and bookmarked after ${many.toFixed(2)} s`);

  // They are joined again at every start.
  ipc.close();
  await page.context().close();
  await host.stop();
  const from = performance.now();
  host = await startHost({ dataFolder: folder });
  page = await openPage(browser, host.address);
  await joinedInWindow(page, ROOMS, SMALL + 1);
  console.log(
    `${ROOMS} rooms of ${SMALL}: back ${seconds(from).toFixed(2)} s after a new start, process, window and signing in included`,
  );
  await page
    .getByRole("navigation", { name: "Chats" })
    .getByRole("button", { name: /^Crowd of/ })
    .first()
    .click();
  await page.getByRole("button", { name: "People and details" }).click();

  const usable: number[] = [];
  for (let run = 0; run < RUNS; run++) usable.push(await joinLarge(page, large(run)));
  console.log(`a room of ${LARGE}: usable after ${list(usable, 2)} s`);
  const frames = await framesDuring(browser, page, () => bustle(crowd, { ...large(RUNS - 1), ...BUSTLE }));
  console.log(
    `${BUSTLE.perSecond} presences a second for ${BUSTLE.seconds} s: ${frames.drawn} frames, p99 ${frames.p99.toFixed(1)} ms, worst ${frames.worst.toFixed(1)} ms; longest task ${frames.longestTask.toFixed(1)} ms`,
  );
  const [core, shown] = [peakMb(host.pid), await windowsMb(browser)];
  console.log(`most memory: core ${core.toFixed(0)} MB, window ${shown.toFixed(0)} MB`);
  const figures = {
    join_100_s: round(many, 2),
    usable_s: round(median(usable), 2),
    worst_frame_ms: round(frames.worst, 1),
    peak_mb: round(core + shown, 0),
  };
  console.log(JSON.stringify({ bench: "rooms", ...figures }));
} finally {
  await browser.close();
  await host.stop();
  if (crowd.connected) crowd.disconnect();
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
