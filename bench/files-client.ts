/**
 * Jackdaw's side of the files benchmark, in its own process, so that its memory and processor time are its own: stages,
 * uploads and downloads one file each time it is told to.
 */
import { createReadStream, readFileSync } from "node:fs";
import { fetchFile } from "../electron/attachments/fetch.ts";
import { createFileCopies, type FileCopy } from "../electron/attachments/file-copies.ts";
import { encryptedSize } from "../electron/attachments/encrypt.ts";
import { upload } from "../electron/attachments/upload.ts";

/** Passed on the command line. */
export interface Place {
  /** Of the copies. */
  folder: string;
  fingerprint: string;
}

export type Order =
  { do: "stage"; path: string } | { do: "upload" | "download"; url: string; copy: FileCopy } | { do: "end" };

export interface Report {
  seconds: number;
  /** Processor time of all threads, without the other end of the connection. */
  cpuSeconds: number;
  /** Resident memory before the order, and the highest until after it since the start of the process, MB. */
  beforeMb: number;
  peakMb: number;
  copy: FileCopy;
}

/** Bytes of the pieces in which a window passes a file that was chosen. */
const PIECE = 480_000;

const { folder, fingerprint } = JSON.parse(process.argv[2]!) as Place;
const copies = createFileCopies(folder);
const own = { isOwn: () => true, pinned: fingerprint };
const { signal } = new AbortController();
// The parent process has ended.
process.once("disconnect", () => process.exit(1));

async function obey(order: Exclude<Order, { do: "end" }>): Promise<FileCopy> {
  if (order.do === "stage") return copies.take(createReadStream(order.path, { highWaterMark: PIECE }), Infinity);
  const { url, copy } = order;
  if (order.do === "upload") {
    const options = { size: encryptedSize(copy.size), mediaType: "application/octet-stream", own, signal };
    await upload(copies.sealed(copy), { put: url, headers: [] }, options);
    return copy;
  }
  const file = {
    name: null,
    size: copy.size,
    mediaType: null,
    width: null,
    height: null,
    duration: null,
    disposition: "inline" as const,
    thumbnail: null,
    hashes: [{ algorithm: "sha-256" as const, value: copy.sha256 }],
    sources: [{ url, key: { cipher: "aes-256-gcm-tagged" as const, iv: copy.iv, key: copy.key } }],
  };
  const kept = await fetchFile(file, { limit: copy.size, own, signal }, ({ sealed }) => copies.keepSealed(sealed!));
  return { ...kept, sha256: copy.sha256 };
}

/** Resident memory (proc(5)), MB. */
const resident = (field: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024;

async function report(order: Exclude<Order, { do: "end" }>): Promise<Report> {
  const beforeMb = resident("VmRSS");
  const cpu = process.cpuUsage();
  const from = performance.now();
  const copy = await obey(order);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakMb = resident("VmHWM");
  // Only the copy that was staged is used again.
  if (order.do === "download") await copies.drop([copy.id]);
  return { seconds, cpuSeconds: (user + system) / 1e6, beforeMb, peakMb, copy };
}

process.on("message", (order: Order) => {
  if (order.do === "end") return process.exit(0);
  report(order).then(
    (result) => process.send!(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
