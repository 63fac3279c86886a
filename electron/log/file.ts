/**
 * The log on disk: `log/jackdaw.log` in the data folder, and one older file. Lines wait for at most a second; an error
 * is written at once, and the end of the process writes what waits. Nothing here throws: a program whose disk is full
 * goes on.
 *
 * It writes synchronously. A second's lines are at most `MOST_A_SECOND` bytes for the page cache of the system, an
 * asynchronous write could not be relied on when the process ends, and a `kill` loses no line that was written.
 */
import {
  closeSync,
  chmodSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { CRASH } from "./crashes.ts";
import { newestLines, onLogEntry, type LogEntry } from "./log.ts";
import { redact } from "./redact.ts";

/** Both files together, in bytes. */
export const MOST_BYTES = 5 * 1024 * 1024;
/** Of one file. */
const MOST_OF_ONE = MOST_BYTES / 2;
/**
 * Someone who makes us write a line for each of their stanzas shall neither wear the disk nor push the rest out of the
 * log.
 */
const MOST_A_SECOND = 128 * 1024;
const SECOND = 1_000;
/** Windows keeps no such bits; there the profile folder's access list protects the file. */
const HAS_MODES = process.platform !== "win32";
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (HAS_MODES ? constants.O_NOFOLLOW : 0);

export interface LogFile {
  /** Writes what waits, now. */
  flush(): void;
  /** Writes what waits, and ends. */
  close(): void;
}

/**
 * Keeps every entry from now on, and those that were made before.
 * @param dataFolder need not exist
 * @param later runs the writing after a second; given by tests
 */
export function openLogFile(
  dataFolder: string,
  later: (write: () => void) => void = (write) => void setTimeout(write, SECOND).unref(),
): LogFile {
  const folder = join(dataFolder, "log");
  const path = join(folder, "jackdaw.log");
  let file: number | null = null;
  /** Bytes in the file. */
  let size = 0;
  let waiting: string[] = [];
  /** Bytes of this second, written or waiting. */
  let spent = 0;
  /** Lines that are not in the file, since there were too many or the disk was full. */
  let leftOut = 0;
  /** Why the last ones could not be written. The log cannot tell the log while that goes on. */
  let failure = "";
  let scheduled = false;

  function open(): number {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (HAS_MODES) chmodSync(folder, 0o700);
    const opened = openSync(path, FLAGS, 0o600);
    if (HAS_MODES) fchmodSync(opened, 0o600);
    size = fstatSync(opened).size;
    return opened;
  }

  function shut(): void {
    if (file !== null) closeSync(file);
    file = null;
  }

  /** The file to write into: with room for `bytes`, and in the folder still. */
  function ready(bytes: number): number {
    // Somebody has removed it: what is written into it now would be lost.
    if (file !== null && HAS_MODES && fstatSync(file).nlink === 0) shut();
    file ??= open();
    if (size > 0 && size + bytes > MOST_OF_ONE) {
      shut();
      renameSync(path, join(folder, "jackdaw.old.log"));
      file = open();
    }
    return file;
  }

  function flush(): void {
    if (waiting.length === 0 && leftOut === 0) return;
    const text = redact(`${leftOut} lines were left out ${failure}`.trim());
    const missing = leftOut === 0 ? "" : asLine({ at: Date.now(), level: "warn", area: "log", text });
    const bytes = Buffer.from(missing + waiting.join(""));
    const lines = waiting.length;
    waiting = [];
    leftOut += lines;
    try {
      const into = ready(bytes.length);
      for (let at = 0; at < bytes.length;) {
        const written = writeSync(into, bytes, at);
        at += written;
        size += written;
      }
      leftOut = 0;
      failure = "";
    } catch (error) {
      // The disk is full or the folder cannot be written to: the next second tries again, and tells how much is
      // missing.
      failure = error instanceof Error ? error.message : String(error);
      forget();
    }
  }

  function forget(): void {
    try {
      shut();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      file = null;
    }
  }

  function add(entry: LogEntry): void {
    const line = asLine(entry);
    spent += Buffer.byteLength(line);
    // Why the process ends is worth a line in any flood.
    const hasRoom = spent <= MOST_A_SECOND || entry.area === CRASH;
    if (hasRoom) waiting.push(line);
    else leftOut++;
    if (entry.level === "error" && hasRoom) flush();
    if (scheduled) return;
    scheduled = true;
    later(() => {
      scheduled = false;
      spent = 0;
      flush();
    });
  }

  waiting = newest(newestLines().map(asLine));
  const end = onLogEntry(add);
  process.on("exit", flush);
  flush();
  return {
    flush,
    close() {
      end();
      process.off("exit", flush);
      flush();
      forget();
    },
  };
}

const asLine = ({ at, level, area, text }: LogEntry): string =>
  `${new Date(at).toISOString()} ${level.padEnd(5)} ${area}: ${text}\n`;

/** The last of them, as many as a second may have. */
function newest(lines: string[]): string[] {
  let bytes = 0;
  const first = lines.findLastIndex((line) => (bytes += Buffer.byteLength(line)) > MOST_A_SECOND);
  return lines.slice(first + 1);
}
