/**
 * The long form of the fault suite: thousands of faults from one seed while everybody writes to contacts, in rooms and
 * privately there, corrects, retracts and reacts; then a count of all of it at every place. The last line is the
 * summary; the exit code is 1 on any failure. Encrypted: two Jackdaws, and our second device.
 *
 * Usage: node scripts/soak.ts [--encrypted] [--short] [--seed N] [--faults N] [--messages N] [--pause MS] [--verbose]
 */
import { parseArgs } from "node:util";
import { soakEncrypted } from "../e2e/faults/encrypted-run.ts";
import { soak } from "../e2e/faults/plain-run.ts";
import { counted, isPerfect, summary, type RunOptions } from "../e2e/faults/run.ts";
import { build, useBuiltStoreWorker } from "./build.ts";

const LONG = { faults: 5_000, pause: 500, messages: 10_000 };
const SHORT = { faults: 200, pause: 250, messages: 1_000 };
/** Factor by which encrypted messages are sent faster: many faults are harmful only between them. */
const QUICKER = 3;
/** Interval of progress lines, in ms. */
const SIGN_EVERY = 10_000;

const { values } = parseArgs({
  options: {
    encrypted: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    seed: { type: "string" },
    faults: { type: "string" },
    messages: { type: "string" },
    pause: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const form = values.short ? SHORT : LONG;
const seed = whole("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
const faults = whole("faults", values.faults ?? String(form.faults));
/** Minimum number of encrypted messages each way. */
const messages = whole("messages", values.messages ?? String(Math.round((form.messages * faults) / form.faults)));
/** Mean interval between two messages of one device, ms. */
const pause = whole("pause", values.pause ?? String(Math.round(form.pause / (values.encrypted ? QUICKER : 1))));

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} needs a whole number, not ${text}`);
  process.exit(2);
}

await build();
await useBuiltStoreWorker();
console.log(`seed ${seed}, ${faults} faults`);
const begin = performance.now();
let shown = begin;
try {
  const options: RunOptions = {
    seed,
    faults,
    pause,
    say(line, done) {
      const now = performance.now();
      if (!values.verbose && done < faults && now - shown < SIGN_EVERY) return;
      shown = now;
      const text = line.length > 500 ? `${line.slice(0, 500)} …` : line;
      console.log(values.verbose || done >= faults ? text : `${done} faults, ${Math.round((now - begin) / 1000)} s`);
    },
  };
  const result = await (values.encrypted ? soakEncrypted({ ...options, messages }) : soak(options));
  console.log(counted(result));
  console.log(summary(result));
  process.exit(isPerfect(result) && result.faults === faults ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}
