/**
 * Sends mutated stanzas of every kind through the whole core. The last line is the summary; the exit code is 1 on any
 * failure, with evidence in `test-results/fuzz-SEED/`. Large counts are split among processes, each with its own seed;
 * the first uses the given seed.
 *
 * Usage: node scripts/fuzz.ts [--count N] [--seed N] [--jobs N]
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { fuzz } from "../e2e/fuzz/run.ts";
import { isPerfect, readSummary, summary, total, type Sum } from "../e2e/fuzz/sum.ts";

/** Minimum number of stanzas that justifies another process. */
const EACH = 50_000;

const { values } = parseArgs({
  options: { count: { type: "string", default: "20000" }, seed: { type: "string" }, jobs: { type: "string" } },
});
const count = whole("count", values.count);
const seed = whole("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
const jobs = whole(
  "jobs",
  values.jobs ?? String(Math.min(availableParallelism(), Math.max(1, Math.ceil(count / EACH)))),
);

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} needs a whole number, not ${text}`);
  process.exit(2);
}

/** Runs a part in another process. @returns its result, or null when it ended without one */
async function part(partSeed: number, partCount: number): Promise<Sum | null> {
  const args = [import.meta.filename, "--seed", String(partSeed), "--count", String(partCount), "--jobs", "1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let last = "";
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    last = line;
  }
  return readSummary(last);
}

async function whenAll(): Promise<Sum> {
  if (jobs <= 1) {
    const result = await fuzz({ seed, count, say: (line) => console.log(line) });
    console.log(
      `${Math.round(result.seconds)} s, ${Math.round(result.stanzas / result.seconds)} stanzas/s, ${result.heap}, stepped over ${result.guarded}`,
    );
    return result;
  }
  return total(
    await Promise.all(Array.from({ length: jobs }, (_, index) => part(seed + index, Math.ceil(count / jobs)))),
  );
}

console.log(`seed ${seed}, ${count} stanzas`);
try {
  const sum = await whenAll();
  console.log(summary(sum));
  process.exit(isPerfect(sum) && sum.stanzas >= count ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}
