/** The short form of the fuzzer, with a new seed each time. `npm run fuzz -- --seed S` repeats the same plan. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isPerfect, readSummary, summary } from "./sum.ts";

const STANZAS = 20_000;

it(
  "fuzzing: none of 20,000 mutated stanzas stops the account, throws, or sends a window what the contract does not allow",
  { timeout: 15 * 60_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    // A process of its own, in which unhandled errors are counted.
    const args = [
      join(import.meta.dirname, "..", "..", "scripts", "fuzz.ts"),
      "--seed",
      String(seed),
      "--count",
      String(STANZAS),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const part of child.stdout.setEncoding("utf8") as AsyncIterable<string>) said += part;
    const sum = readSummary(said.trimEnd().split("\n").at(-1)!);
    console.log(sum === null ? said : `seed ${seed}: ${summary(sum)}`);
    expect(sum !== null && isPerfect(sum), said).toBe(true);
    expect(sum!.stanzas).toBeGreaterThanOrEqual(STANZAS);
  },
);
