/**
 * Measures files through Jackdaw's own code against a local HTTPS server in a process of its own. A file of 1 GiB
 * (`--mib N`: smaller) is staged; its encrypted copy is uploaded (XEP-0363, XEP-0454); and it is downloaded: decrypted,
 * verified by tag and hash, and kept. `curl` sends and receives the same bytes as they are, in
 * turn with us and into the same folder; the ratios are those of the best times. The copies are in /dev/shm if it has
 * room, so that the speed of a disk does not hide ours. `peak_extra_mb` is the most that resident memory grew from
 * staging to the last transfer. `album_open_ms` is the median time in which a window has all bytes of a message with 10
 * pictures whose copies are kept, each time as after a start. It asserts that all transfers are complete, and nothing
 * about speed or memory.
 */
import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../e2e/peers/servers/certificates.ts";
import type { FileCopy } from "../electron/attachments/file-copies.ts";
import { openings } from "./files-album.ts";
import type { Order, Place, Report } from "./files-client.ts";
import type { Served } from "./files-server.ts";

const MIB = 1024 * 1024;
const ROUNDS = 3;
/** The original, its copy, and a downloaded one. */
const FILES = 3;
const SHARED_MEMORY = "/dev/shm";

const mib = process.argv.includes("--mib") ? Number(process.argv[process.argv.indexOf("--mib") + 1]) : 1024;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A new folder with room for the files. */
function place(): string {
  const hasRoom = existsSync(SHARED_MEMORY) && free(SHARED_MEMORY) > 2 * FILES * mib * MIB;
  return mkdtempSync(join(hasRoom ? SHARED_MEMORY : tmpdir(), "jackdaw-bench-"));
}
function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

async function writeNoise(path: string): Promise<void> {
  const file = await open(path, "wx");
  const noise = randomBytes(MIB);
  for (let written = 0; written < mib; written++) await file.write(noise);
  await file.close();
}

/** Starts a process of this benchmark. */
const start = (name: string, task: Place | Served): ChildProcess =>
  fork(join(import.meta.dirname, name), [JSON.stringify(task)]);

/** The next message of a process. @throws when it ends */
async function told(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  try {
    return ((await Promise.race([once(child, "message", { signal }), ended])) as unknown[])[0];
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}

function ask(client: ChildProcess, order: Order): Promise<Report> {
  const report = told(client) as Promise<Report>;
  client.send(order);
  return report;
}

/** Seconds of one run of curl. @throws if the server does not take or give everything */
async function curl(...options: string[]): Promise<number> {
  const from = performance.now();
  const [code] = (await once(spawn("curl", ["-k", "-s", "-f", ...options], { stdio: "ignore" }), "exit")) as [number];
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  return (performance.now() - from) / 1000;
}

interface Best {
  ours: number;
  curl: number;
}

/** Runs both in turn; the order alternates, so that neither always has the warmer or quieter machine. */
async function compare(what: string, ours: () => Promise<Report>, theirs: () => Promise<number>): Promise<Best> {
  const best: Best = { ours: Infinity, curl: Infinity };
  for (let turn = 0; turn < ROUNDS; turn++) {
    let report = turn % 2 === 0 ? await ours() : null;
    const seconds = await theirs();
    report ??= await ours();
    best.ours = Math.min(best.ours, report.seconds);
    best.curl = Math.min(best.curl, seconds);
    console.log(
      `${what} of ${mib} MiB: Jackdaw ${report.seconds.toFixed(2)} s (${report.cpuSeconds.toFixed(2)} s of CPU, ` +
        `${report.peakMb.toFixed(0)} MB), curl ${seconds.toFixed(2)} s`,
    );
  }
  return best;
}

async function transfers(folder: string) {
  const { fingerprint, ...certificate } = makeCertificate(folder, ["localhost"]);
  const original = join(folder, "original");
  await writeNoise(original);
  const client = start("files-client.ts", { folder: join(folder, "copies"), fingerprint });
  let server: ChildProcess | null = null;
  const reports: Report[] = [];
  const ours = async (order: Order): Promise<Report> => {
    const report = await ask(client, order);
    reports.push(report);
    return report;
  };
  try {
    await once(client, "spawn");
    const staged = await ours({ do: "stage", path: original });
    rmSync(original);
    console.log(`staged ${mib} MiB in ${staged.seconds.toFixed(2)} s (${staged.cpuSeconds.toFixed(2)} s of CPU)`);
    const copy: FileCopy = staged.copy;
    const path = join(folder, "copies", copy.id);
    server = start("files-server.ts", { ...certificate, path });
    const url = `https://127.0.0.1:${String(await told(server))}/file`;
    const target = join(folder, "curl");
    const up = await compare(
      "upload",
      () => ours({ do: "upload", url, copy }),
      () => curl("-T", path, url),
    );
    const down = await compare(
      "download",
      () => ours({ do: "download", url, copy }),
      async () => {
        const seconds = await curl("-o", target, url);
        if (statSync(target).size !== statSync(path).size) throw new Error("curl did not get everything");
        rmSync(target);
        return seconds;
      },
    );
    return { up, down, extra: Math.max(...reports.map(({ peakMb }) => peakMb)) - staged.beforeMb };
  } finally {
    client.kill();
    server?.kill();
  }
}

if (!(Number.isInteger(mib) && mib > 0)) throw new Error("--mib needs a number of MiB");
if (spawnSync("curl", ["--version"]).error !== undefined) {
  console.error("curl is missing: install the package `curl`");
  process.exit(2);
}
const folder = place();
try {
  console.log(`files in ${folder}`);
  const { up, down, extra } = await transfers(folder);
  const album = await openings(mkdtempSync(join(folder, "album-")));
  const sorted = album.toSorted((a, b) => a - b);
  console.log(
    `album of 10 pictures: first ${album[0]!.toFixed(0)} ms, then ${sorted[0]!.toFixed(0)} to ${sorted.at(-1)!.toFixed(0)} ms`,
  );
  console.log(
    JSON.stringify({
      bench: "files",
      upload_ratio: round(up.ours / up.curl, 2),
      download_ratio: round(down.ours / down.curl, 2),
      peak_extra_mb: round(extra, 0),
      album_open_ms: round(sorted[Math.floor(sorted.length / 2)]!, 0),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
