/**
 * The long form of the fault suite: thousands of faults from one seed, then a count of every message at every place.
 * The last line is the sum; it ends with 1 when anything is amiss.
 *
 * Usage: node scripts/soak.ts [--short] [--seed N] [--faults N] [--verbose]
 */
import { parseArgs } from "node:util";
import { soak, summary } from "../e2e/faults/soak-run.ts";
import { build } from "./build.ts";

const LONG = { faults: 5_000, pause: 500 };
const SHORT = { faults: 200, pause: 250 };
/** So often there is a sign of life, in ms. */
const SIGN_EVERY = 10_000;

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, seed: { type: "string" }, faults: { type: "string" }, verbose: { type: "boolean", default: false } },
});
const form = values.short ? SHORT : LONG;
const seed = whole("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
const faults = whole("faults", values.faults ?? String(form.faults));

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} needs a whole number, not ${text}`);
  process.exit(2);
}

await build();
console.log(`seed ${seed}, ${faults} faults`);
const begin = performance.now();
let shown = begin;
try {
  const result = await soak({
    seed,
    faults,
    pause: form.pause,
    say(line, done) {
      const now = performance.now();
      if (!values.verbose && done < faults && now - shown < SIGN_EVERY) return;
      shown = now;
      const text = line.length > 500 ? `${line.slice(0, 500)} …` : line;
      console.log(values.verbose || done >= faults ? text : `${done} faults, ${Math.round((now - begin) / 1000)} s`);
    },
  });
  console.log(`${result.seconds.toFixed(0)} s, messages ${result.messages.join(" + ")}`);
  console.log(summary(result));
  const isClean = result.lost + result.doubled + result.misordered + result.windowFaults.length === 0;
  process.exit(isClean && result.faults === faults ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}
