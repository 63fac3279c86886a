/** What is kept of a run that went wrong, so that somebody can find out why. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./reading.ts";

const results = join(import.meta.dirname, "..", "..", "test-results");

/**
 * @param run.lines everything that was said during the run
 * @param run.serverLog path of the server's log
 * @returns the folder
 */
export function keepEvidence(seed: number, run: { lines: readonly string[]; findings: readonly Finding[]; serverLog: string; problem: unknown }): string {
  const folder = join(results, `faults-${seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "events.txt"), `${run.lines.join("\n")}\n`);
  writeFileSync(join(folder, "found.json"), JSON.stringify(run.findings, null, 1));
  if (run.problem !== undefined) writeFileSync(join(folder, "problem.txt"), describe(run.problem));
  copyFileSync(run.serverLog, join(folder, "prosody.log"));
  return folder;
}

const describe = (problem: unknown): string =>
  problem instanceof Error ? `${problem.stack}\n${problem.cause === undefined ? "" : describe(problem.cause)}` : String(problem);
