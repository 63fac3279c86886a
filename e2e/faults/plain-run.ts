/**
 * The plaintext variant of the suite: two devices of ours, one with its window open all the time, and a contact on an
 * independent client.
 */
import type { Browser } from "playwright";
import { launchChromium, takeFaults } from "../harness/browser.ts";
import { createChance } from "./chance.ts";
import type { Device } from "./core/device.ts";
import { CONTACT, createPlainWorld } from "./plain-world.ts";
import { finallyAt, sentIn, SETTLE_MS, type Finding } from "./reading/reading.ts";
import { run, type RunOptions, type RunResult } from "./run.ts";
import { openChat, readTimeline } from "./reading/window-reading.ts";

/** Runs with more faults than this use a less detailed server log. */
const MOST_DEBUG = 1_000;

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
    const page = await openChat(browser, await world.two.core.address(), CONTACT);
    return {
      world,
      encrypted: false,
      async judge(note) {
        const findings = await readEverywhere(world, browser, () => readTimeline(page));
        const windowFaults = takeFaults(page);
        for (const fault of windowFaults) note(`window: ${fault}`);
        return { findings, others: { "faults of the window": windowFaults.length } };
      },
      close: () => browser.close(),
    };
  });
}

/** Reads every place where every message must be. */
async function readEverywhere(
  { one, two, peer, sending }: PlainWorld,
  browser: Browser,
  readOpenWindow: () => Promise<string[]>,
): Promise<Finding[]> {
  const sent = sentIn(sending);
  const texts = async (device: Device): Promise<string[]> => (await device.read()).map(({ body }) => body);
  const stores = [
    ...(await finallyAt("device one", () => texts(one), sent, SETTLE_MS)),
    ...(await finallyAt("device two", () => texts(two), sent, SETTLE_MS)),
    ...(await finallyAt("the contact's archive", () => peer.archive(), sent, SETTLE_MS)),
  ];
  const fresh = await openChat(browser, await one.core.address(), CONTACT);
  return [
    ...stores,
    ...(await finallyAt(
      "the window of device one, opened after the faults",
      () => readTimeline(fresh),
      sent,
      SETTLE_MS,
    )),
    ...(await finallyAt("the window of device two, open all the time", readOpenWindow, sent, SETTLE_MS)),
  ];
}
