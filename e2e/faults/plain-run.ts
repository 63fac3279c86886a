/**
 * The plaintext variant of the suite: two devices of ours, one with its window open all the time, and a contact on an
 * independent client.
 */
import type { Browser, Page } from "playwright";
import { launchChromium, takeFaults } from "../harness/browser.ts";
import { createChance } from "./chance.ts";
import { createPlainWorld, NAMES } from "./plain-world.ts";
import { finallyAt, readDevice } from "./reading/reading.ts";
import type { Finding } from "./reading/shown.ts";
import { refusedOn, settle } from "./settling.ts";
import { run, type RunOptions, type RunResult } from "./run.ts";
import { openWindow, readTimeline, showChat } from "./reading/window-reading.ts";

/** Runs with more faults than this use a less detailed server log. */
const MOST_DEBUG = 1_000;
const PLACES = ["contact", "room", "private"] as const;

type PlainWorld = Awaited<ReturnType<typeof createPlainWorld>>;

/** @throws {Error} when the world does not recover from a fault */
export function soak(options: RunOptions): Promise<RunResult> {
  return run(options, async () => {
    const [world, browser] = await Promise.all([
      createPlainWorld({
        chance: createChance(~options.seed),
        pause: options.pause,
        log: options.faults > MOST_DEBUG ? "info" : "debug",
      }),
      launchChromium(),
    ]);
    const page = await openWindow(browser, await world.two.core.address());
    await showChat(page, NAMES.contact);
    return {
      world,
      encrypted: false,
      async judge(note) {
        await settle(world);
        const findings = await readEverywhere(world, browser, page);
        const windowFaults = takeFaults(page);
        for (const fault of windowFaults) note(`window: ${fault}`);
        const refused = await refusedOn(world, note);
        return { findings, others: { "faults of the window": windowFaults.length, refused } };
      },
      close: () => browser.close(),
    };
  });
}

/** Reads every place where every message must be. */
async function readEverywhere(
  { one, two, peer, ledger }: PlainWorld,
  browser: Browser,
  openAllTheTime: Page,
): Promise<Finding[]> {
  const all: Finding[] = [];
  const fresh = await openWindow(browser, await one.core.address());
  for (const place of PLACES) {
    for (const device of [one, two]) {
      const read = (whole: boolean) => readDevice(device, "alice", place, whole);
      all.push(...(await finallyAt(`device ${device.name}, ${place}`, place, ledger, read)));
    }
    const archive = place === "room" ? "the room's archive" : `the contact's archive, ${place}`;
    all.push(...(await finallyAt(archive, place, ledger, () => peer.archive(place))));
    const windows = [
      { page: fresh, label: "the window of device one, opened after the faults" },
      { page: openAllTheTime, label: "the window of device two, open all the time" },
    ];
    for (const { page, label } of windows) {
      if (page === fresh || place !== "contact") await showChat(page, NAMES[place]);
      all.push(...(await finallyAt(`${label}, ${place}`, place, ledger, () => readTimeline(page))));
    }
  }
  return all;
}
