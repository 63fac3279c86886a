/** One run: the faults of a seed, one after another, while everybody writes; then everything is counted. */
import type { Browser } from "playwright-core";
import { launchChromium, takeFaults } from "../harness/browser.ts";
import { createChance } from "./chance.ts";
import type { Device } from "./device.ts";
import { keepEvidence } from "./evidence.ts";
import { gotOver, inflict } from "./inflict.ts";
import { planFaults } from "./plan.ts";
import { finallyAt, isClean, type Finding } from "./reading.ts";
import { openChat, readTimeline } from "./window-reading.ts";
import { CONTACT, createWorld, type World } from "./world.ts";

interface RunOptions {
  seed: number;
  faults: number;
  /** About so long each of the three waits between messages, in ms. */
  pause: number;
  /** Told of what happens, for whoever waits. `done`: faults so far. */
  say(line: string, done: number): void;
}

export interface RunResult {
  faults: number;
  lost: number;
  doubled: number;
  misordered: number;
  seed: number;
  seconds: number;
  /** How many each of the three sent. */
  messages: number[];
  /** Faults of the window that was open all the time, such as errors in its console. */
  windowFaults: string[];
}

/** What is under way when the faults end has so long to arrive. */
const SETTLE_MS = 60_000;
/** Longer runs get a shorter log of the server. */
const MOST_DEBUG = 1_000;

/** @throws {Error} when a fault was not got over at all; the evidence is kept then, and when anything is amiss */
export async function soak({ seed, faults: count, pause, say }: RunOptions): Promise<RunResult> {
  const begin = performance.now();
  const lines: string[] = [];
  let done = 0;
  function note(line: string): void {
    lines.push(`${(performance.now() - begin).toFixed(0).padStart(8)} ${line}`);
    say(line, done);
  }
  const [world, browser] = await Promise.all([
    createWorld({ chance: createChance(~seed), pause, log: count > MOST_DEBUG ? "info" : "debug" }),
    launchChromium(),
  ]);
  let findings: Finding[] = [];
  try {
    const page = await openChat(browser, await world.two.core.address(), CONTACT);
    await gotOver(world);
    for (const fault of planFaults(seed, count)) {
      const from = performance.now();
      const counts = Object.values(world.sending).map((sending) => sending.done).join("/");
      lines.push(`${new Date().toISOString()} ${counts}: ${JSON.stringify(fault)}`);
      await inflict(fault, world);
      const over = performance.now();
      if (!fault.hurried) await gotOver(world);
      done++;
      note(`${done} ${JSON.stringify(fault)}: ${Math.round(over - from)} ms, got over after ${Math.round(performance.now() - over)} ms`);
    }
    await gotOver(world);
    await Promise.all(Object.values(world.sending).map((each) => each.stop()));
    note("the faults are over, everything is written");
    findings = await readEverywhere(world, browser, () => readTimeline(page));
    const windowFaults = takeFaults(page);
    const amiss = findings.filter((finding) => !isClean(finding));
    for (const { place, sender, verdict } of amiss) note(`${place}, messages of ${sender}: ${JSON.stringify(verdict)}`);
    for (const fault of windowFaults) note(`window: ${fault}`);
    if (amiss.length + windowFaults.length > 0) note(`see ${await keep()}`);
    const sum = (of: "lost" | "doubled" | "misordered"): number => findings.reduce((total, { verdict }) => total + verdict[of].length, 0);
    return {
      faults: done,
      lost: sum("lost"),
      doubled: sum("doubled"),
      misordered: sum("misordered"),
      seed,
      seconds: (performance.now() - begin) / 1000,
      messages: Object.values(world.sending).map((sending) => sending.done),
      windowFaults,
    };
  } catch (error) {
    throw new Error(`seed ${seed}, after ${done} faults; see ${await keep(error)}`, { cause: error });
  } finally {
    await browser.close();
    await world.remove();
  }

  function keep(problem?: unknown): Promise<string> {
    return keepEvidence(seed, { lines, findings, world, problem });
  }
}

/** Every place where every message must be. */
async function readEverywhere({ one, two, peer, sending }: World, browser: Browser, readOpenWindow: () => Promise<string[]>): Promise<Finding[]> {
  const texts = async (device: Device): Promise<string[]> => (await device.read()).map(({ body }) => body);
  const stores = [
    ...(await finallyAt("device one", () => texts(one), sending, SETTLE_MS)),
    ...(await finallyAt("device two", () => texts(two), sending, SETTLE_MS)),
    ...(await finallyAt("the contact's archive", () => peer.archive(), sending, SETTLE_MS)),
  ];
  const fresh = await openChat(browser, await one.core.address(), CONTACT);
  return [
    ...stores,
    ...(await finallyAt("the window of device one, opened after the faults", () => readTimeline(fresh), sending, SETTLE_MS)),
    ...(await finallyAt("the window of device two, open all the time", readOpenWindow, sending, SETTLE_MS)),
  ];
}

/** The line that sums a run up. */
export const summary = ({ faults, lost, doubled, misordered, seed }: RunResult): string =>
  `faults ${faults}, lost ${lost}, doubled ${doubled}, misordered ${misordered}, seed ${seed}`;
