/**
 * Measures how fast a fresh device reads an archive (XEP-0313) of 20,000 messages in 200 chats from a local Prosody
 * into its store and chat list, compared with a bare socket that reads and discards the same pages. Both run in turn,
 * several times on the same server; the medians are reported. `--sizes` also fits a line over smaller archives. It
 * asserts that every message and chat arrived, and nothing about speed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIRST_PAGE, PAGE } from "../electron/app/messaging/archive/catch-up.ts";
import { seeded } from "../e2e/peers/archive-seed.ts";
import { startProsody, type Prosody } from "../e2e/peers/servers/prosody.ts";
import type { Drained } from "./catchup-device.ts";
import { runDevice } from "./catchup-process.ts";
import { fit } from "./catchup-fit.ts";
import { drainBare, type Bare } from "./catchup-socket.ts";

const RUNS = 3;
const CHATS = 200;
const MESSAGES = 20_000;
const SIZES = [2_000, 5_000, 10_000, 15_000, MESSAGES];

interface Pair {
  ours: Drained;
  bare: Bare;
}

/** For an odd number of values. */
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const summary = (values: number[]): string =>
  `min ${Math.min(...values).toFixed(2)}, median ${median(values).toFixed(2)}`;

/** Measures a new device. */
function drainOurs(
  { directTlsPort: port, certificateFingerprint: fingerprint }: Prosody,
  messages: number,
): Promise<Drained> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-bench-"));
  return runDevice({ folder, user: "alice", port, fingerprint, messages, chats: CHATS }).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  );
}

async function measure(messages: number): Promise<Pair[]> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-bench-"));
  const server = await startProsody({
    accounts: { alice: "secret" },
    log: "info",
    ...seeded(folder, { user: "alice", messages, chats: CHATS, seed: 1 }),
  });
  const pairs: Pair[] = [];
  try {
    // Not counted: warms the server's disk cache.
    await drainBare(server);
    for (let run = 0; run < RUNS; run++) {
      // The order alternates, so that neither always has the warmer or quieter machine.
      let ours = run % 2 === 0 ? await drainOurs(server, messages) : null;
      const bare = await drainBare(server);
      ours ??= await drainOurs(server, messages);
      if (bare.results !== messages)
        throw new Error(`the bare socket read ${bare.results} messages instead of ${messages}`);
      pairs.push({ ours, bare });
      console.log(
        `${messages} messages in ${bare.pages} pages of up to ${bare.largest} (asked for: ${FIRST_PAGE}, then ${PAGE}): ` +
          `Jackdaw ${ours.seconds.toFixed(2)} s (${ours.cpuSeconds.toFixed(2)} s of CPU, ${ours.peakMb.toFixed(0)} MB), bare socket ${bare.seconds.toFixed(2)} s`,
      );
    }
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return pairs;
}

const ours = (pairs: Pair[]): number[] => pairs.map((pair) => pair.ours.seconds);
const bare = (pairs: Pair[]): number[] => pairs.map((pair) => pair.bare.seconds);

const points: [number, number][] = [];
let pairs: Pair[] = [];
for (const messages of process.argv.includes("--sizes") ? SIZES : [MESSAGES]) {
  pairs = await measure(messages);
  points.push([messages / 1000, median(ours(pairs)) * 1000]);
}
if (points.length > 1) {
  const { slope, intercept, error, r2 } = fit(points);
  const seconds = Object.fromEntries(points.map(([thousands, ms]) => [thousands * 1000, round(ms / 1000, 2)]));
  const line = {
    ms_per_1000: round(slope, 1),
    intercept_ms: round(intercept, 0),
    rms_error_ms: round(error, 0),
    r2: round(r2, 4),
  };
  console.log(JSON.stringify({ bench: "catchup-sizes", seconds, ...line }));
}
const ratios = pairs.map((pair) => (pair.ours.seconds / pair.bare.seconds).toFixed(2));
console.log(
  `Jackdaw: ${summary(ours(pairs))} s; bare socket: ${summary(bare(pairs))} s; ratios of the pairs: ${ratios.join(", ")}`,
);
const ratio = median(ours(pairs)) / median(bare(pairs));
const peak = median(pairs.map((pair) => pair.ours.peakMb));
console.log(
  JSON.stringify({
    bench: "catchup",
    messages: MESSAGES,
    seconds: round(median(ours(pairs)), 2),
    ratio: round(ratio, 2),
    peak_mb: round(peak, 0),
  }),
);
process.exit(0);
