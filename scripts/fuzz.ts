/**
 * Sends changed stanzas of every kind through the whole core. The last line is the sum; it ends with 1 when anything is
 * amiss, and what it was stands in `test-results/fuzz-SEED/`.
 *
 * Usage: node scripts/fuzz.ts [--count N] [--seed N]
 */
import { parseArgs } from "node:util";
import { fuzz, summary } from "../e2e/fuzz/run.ts";

const { values } = parseArgs({ options: { count: { type: "string", default: "20000" }, seed: { type: "string" } } });
const count = whole("count", values.count);
const seed = whole("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} needs a whole number, not ${text}`);
  process.exit(2);
}

console.log(`seed ${seed}, ${count} stanzas`);
try {
  const result = await fuzz({ seed, count, say: (line) => console.log(line) });
  console.log(`${Math.round(result.seconds)} s, ${Math.round(result.stanzas / result.seconds)} stanzas/s, ${result.heap}`);
  console.log(summary(result));
  const { stopped, uncaught, uncloneable } = result.counts;
  process.exit(stopped + uncaught + uncloneable === 0 && result.stanzas >= count ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}
