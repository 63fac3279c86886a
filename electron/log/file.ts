/**
 * The log on disk: `log/jackdaw.log` in the data folder, and one older file. Lines are buffered for at most a second;
 * an error, and the end of the process, writes them at once. Nothing here throws, so that the program continues on a
 * full disk.
 *
 * It writes synchronously: a second's lines are at most `MOST_A_SECOND` bytes into the page cache, an asynchronous
 * write could be lost when the process ends, and `kill` loses no line that was written.
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

/** Limit for both files together, bytes. */
export const MOST_BYTES = 5 * 1024 * 1024;
/** Limit for one file, bytes. */
const MOST_OF_ONE = MOST_BYTES / 2;
/**
 * Limit per second, bytes. A peer that causes a log line for each stanza must neither wear out the disk nor push
 * everything else out of the log.
 */
const MOST_A_SECOND = 128 * 1024;
const SECOND = 1_000;
/** Windows has no such permission bits; there the access list of the profile folder protects the file. */
const HAS_MODES = process.platform !== "win32";
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (HAS_MODES ? constants.O_NOFOLLOW : 0);

export interface LogFile {
  /** Writes the buffered lines now. */
  flush(): void;
  /** Writes the buffered lines and closes the file. */
  close(): void;
}

/**
 * Writes every entry from now on, and the earlier ones still in memory.
 * @param dataFolder need not exist
 * @param later schedules the write after a second; set by tests
 */
export function openLogFile(
  dataFolder: string,
  later: (write: () => void) => void = (write) => void setTimeout(write, SECOND).unref(),
): LogFile {
  const folder = join(dataFolder, "log");
  const path = join(folder, "jackdaw.log");
  let file: number | null = null;
  /** Size of the file, bytes. */
  let size = 0;
  let waiting: string[] = [];
  /** Bytes logged in this second, written or buffered. */
  let spent = 0;
  /** Lines left out because of the limit or a full disk. */
  let leftOut = 0;
  /** Why the last write failed. It cannot be logged while writing fails. */
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

  /** Returns the file to write to, with room for `bytes`. Reopens it if it was deleted. */
  function ready(bytes: number): number {
    // The file was deleted; writes to it would be lost.
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
      // The disk is full or the folder is not writable: the next write tries again and reports how many lines are
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
    // The reason of a crash is logged even during a flood.
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

/** The newest lines within the limit per second. */
function newest(lines: string[]): string[] {
  let bytes = 0;
  const first = lines.findLastIndex((line) => (bytes += Buffer.byteLength(line)) > MOST_A_SECOND);
  return lines.slice(first + 1);
}
