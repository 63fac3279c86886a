/** Starts several processes on one data folder at the same moment, repeatedly, and counts the lock holders. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FromStarter, ToStarter } from "./lock-starter.ts";

export interface RaceResult {
  rounds: number;
  /** Rounds with two or more holders at the same time. */
  twoHolders: number;
  /** Rounds without a holder. */
  noHolder: number;
}

interface Starter {
  ask(message: ToStarter): Promise<FromStarter>;
  end(): Promise<void>;
}

/** How far ahead the start of a round is scheduled, ms: the message must reach every process before it. */
const LEAD = 4;

/**
 * @param options.before prepares the folder of a round
 * @param options.crash kills the holder of each round instead of releasing the lock, and replaces its process; all
 * rounds then use the same folder
 */
export async function raceForLock(options: {
  rounds: number;
  starters: number;
  before?: (folder: string) => void;
  crash?: boolean;
}): Promise<RaceResult> {
  const root = mkdtempSync(join(tmpdir(), "jackdaw-race-"));
  const starters = await Promise.all(Array.from({ length: options.starters }, start));
  const result: RaceResult = { rounds: options.rounds, twoHolders: 0, noHolder: 0 };
  try {
    for (let round = 0; round < options.rounds; round++) {
      const folder = options.crash === true ? root : mkdtempSync(join(root, "round-"));
      options.before?.(folder);
      const at = Date.now() + LEAD;
      const answers = await Promise.all(starters.map((one) => one.ask({ type: "start", folder, at })));
      const holders = starters.filter((_, index) => holds(answers[index]!));
      if (holders.length > 1) result.twoHolders++;
      if (holders.length === 0) result.noHolder++;
      if (options.crash === true) {
        for (const holder of holders) {
          await holder.end();
          starters[starters.indexOf(holder)] = await start();
        }
      }
      await Promise.all(starters.map((one) => one.ask({ type: "release" })));
    }
  } finally {
    await Promise.all(starters.map((one) => one.end()));
    rmSync(root, { recursive: true });
  }
  return result;
}

const holds = (answer: FromStarter): boolean => answer.type === "started" && answer.holds;

async function start(): Promise<Starter> {
  const child = fork(join(import.meta.dirname, "lock-starter.ts"), {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await next(child);
  return {
    ask(message) {
      const answer = next(child);
      child.send(message);
      return answer;
    },
    async end() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** The next answer. Rejects if the process exits first. */
const next = (child: ChildProcess): Promise<FromStarter> =>
  new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the process ended (${code})`));
    child.once("exit", gone);
    child.once("message", (message: FromStarter) => {
      child.off("exit", gone);
      resolve(message);
    });
  });
