/**
 * How fast a fresh device drains an archive (XEP-0313) of 20,000 messages over 200 chats from a local Prosody into its
 * store and chat list, beside the time that a bare socket needs to read the same pages and throw them away. Both in
 * turn, several times; the medians are reported. `--sizes` also fits a line over smaller archives.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seeded } from "../e2e/peers/archive-seed.ts";
import { startProsody, type Prosody } from "../e2e/peers/prosody.ts";
import { drainBare } from "./catchup-socket.ts";
import type { Drained } from "./catchup-device.ts";

const RUNS = 3;
const CHATS = 200;
const MESSAGES = 20_000;
const SIZES = [2_000, 5_000, 10_000, 15_000, 20_000];

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (values: number[]): string => values.map((value) => value.toFixed(2)).join(", ");

/** A new device in a process of its own. */
function drainOurs(server: Prosody, messages: number): Promise<Drained> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-bench-"));
  return new Promise<Drained>((resolve, reject) => {
    const { directTlsPort: port, certificateFingerprint: fingerprint } = server;
    const child = fork(join(import.meta.dirname, "catchup-device.ts"), [JSON.stringify({ folder, port, fingerprint, messages, chats: CHATS })]);
    child.once("message", (drained) => resolve(drained as Drained));
    child.once("exit", (code) => reject(new Error(`the device ended with ${code}`)));
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
}

interface Measured {
  ours: number[];
  bare: number[];
  peakMb: number[];
}

async function measure(messages: number, runs: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "jackdaw-bench-"));
  const server = await startProsody({ accounts: { alice: "secret" }, log: "info", ...seeded(folder, { user: "alice", messages, chats: CHATS, seed: 1 }) });
  const measured: Measured = { ours: [], bare: [], peakMb: [] };
  try {
    for (let run = 0; run < runs; run++) {
      const bare = await drainBare(server);
      if (bare.results !== messages) throw new Error(`the bare socket read ${bare.results} messages`);
      const ours = await drainOurs(server, messages);
      measured.bare.push(bare.seconds);
      measured.ours.push(ours.seconds);
      measured.peakMb.push(ours.peakMb);
      console.log(`${messages} messages in ${bare.pages} pages: Jackdaw ${ours.seconds.toFixed(2)} s, bare socket ${bare.seconds.toFixed(2)} s, ${ours.peakMb.toFixed(0)} MB`);
    }
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return measured;
}

/** Least squares. */
function fit(points: [number, number][]): { slope: number; intercept: number; error: number } {
  const n = points.length;
  const mean = (pick: (point: [number, number]) => number): number => points.reduce((sum, point) => sum + pick(point), 0) / n;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const intercept = y - slope * x;
  const error = Math.sqrt(mean((point) => (point[1] - intercept - slope * point[0]) ** 2));
  return { slope, intercept, error };
}

if (process.argv.includes("--sizes")) {
  const points: [number, number][] = [];
  for (const size of SIZES) points.push([size, median((await measure(size, 1)).ours)]);
  const { slope, intercept, error } = fit(points);
  console.log(JSON.stringify({ bench: "catchup-sizes", ms_per_1000: +(slope * 1e6).toFixed(1), intercept_ms: +(intercept * 1000).toFixed(0), rms_error_ms: +(error * 1000).toFixed(0) }));
}
const { ours, bare, peakMb } = await measure(MESSAGES, RUNS);
const ratios = ours.map((one, index) => one / bare[index]!);
console.log(`Jackdaw ${seconds(ours)} s; bare socket ${seconds(bare)} s; ratios ${seconds(ratios)}`);
const result = { bench: "catchup", messages: MESSAGES, seconds: +median(ours).toFixed(2), ratio: +median(ratios).toFixed(2), peak_mb: Math.round(median(peakMb)) };
console.log(JSON.stringify(result));
process.exit(0);
