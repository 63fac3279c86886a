/**
 * The log of the program. Every layer of `electron/` may write to it. It must not contain anything that the user or a
 * contact wrote (bodies, keys, passwords). The newest lines are kept in memory; `file.ts` writes them to disk.
 */
import { redact } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogEntry {
  /** Milliseconds since 1970. */
  at: number;
  level: LogLevel;
  /** The folder of the logging code: `xmpp/muc`, `store`. */
  area: string;
  /** One line, redacted, at most `LONGEST` characters. */
  text: string;
}

/** Maximum characters of one line. */
const LONGEST = 2_000;
/** Number of lines kept in memory. */
const MOST_KEPT = 2_000;
/** Maximum number of stack frames. */
const MOST_FRAMES = 8;

const kept: LogEntry[] = [];
const listeners = new Set<(entry: LogEntry) => void>();

/**
 * @param area the folder of the logging code
 * @param what a sentence without message content
 * @param detail an error, or a few plain values
 */
type Write = (area: string, what: string, detail?: unknown) => void;

const at =
  (level: LogLevel): Write =>
  (area, what, detail) => {
    record({ at: Date.now(), level, area, text: redact(line(level, what, detail)).slice(0, LONGEST) });
  };

/** Adds a finished entry, as from another thread of ours. */
export function record(entry: LogEntry): void {
  kept.push(entry);
  if (kept.length > 2 * MOST_KEPT) kept.splice(0, kept.length - MOST_KEPT);
  for (const listener of listeners) listener(entry);
}

export const log: Readonly<Record<LogLevel, Write>> = {
  debug: at("debug"),
  info: at("info"),
  warn: at("warn"),
  error: at("error"),
};

/** For `.catch(…)`: logs the error and resolves to undefined. */
export const logged =
  (area: string, what: string, level: LogLevel = "debug") =>
  (error: unknown): undefined =>
    log[level](area, what, error) as undefined;

/** For `.catch(…)`: logs the error and resolves to `value`. */
export const fallback =
  <T>(value: T, area: string, what: string, level: LogLevel = "debug") =>
  (error: unknown): T => {
    log[level](area, what, error);
    return value;
  };

/** Oldest first. */
export const newestLines = (): readonly LogEntry[] => kept.slice(-MOST_KEPT);

/** @returns a function that removes the listener */
export function onLogEntry(listener: (entry: LogEntry) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Control characters could control the terminal that shows the log. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu;

function line(level: LogLevel, what: string, detail: unknown): string {
  const more = detail === undefined ? "" : `: ${described(detail, level)}`;
  return `${what.slice(0, LONGEST)}${more}`.slice(0, LONGEST).replace(UNSEEN, " ");
}

function described(detail: unknown, level: LogLevel): string {
  if (detail instanceof Error) return describedError(detail, level);
  if (typeof detail === "string") return detail.slice(0, LONGEST);
  try {
    return JSON.stringify(detail) ?? String(detail);
  } catch (error) {
    // A cyclic value, or a getter that throws.
    return `${typeof detail} that cannot be shown (${error instanceof Error ? error.name : typeof error})`;
  }
}

/** A warning is logged with its cause, an error also with its stack. */
function describedError(error: Error, level: LogLevel): string {
  const known = "code" in error && typeof error.code === "string" ? error.code.slice(0, 64) : "";
  const code = known === "" || error.message.startsWith(known) ? "" : ` [${known}]`;
  const cause = error.cause instanceof Error ? `, because of ${error.cause.name}: ${messageOf(error.cause)}` : "";
  const stack =
    level === "error"
      ? (error.stack ?? "")
          .split("\n")
          .filter((one) => /^\s+at /.test(one))
          .slice(0, MOST_FRAMES)
          .join("")
      : "";
  return `${error.name}: ${messageOf(error)}${code}${cause}${stack}`;
}

/** `JSON.parse` quotes its input in the message, which may be anything. */
function messageOf(error: Error): string {
  const message = error.message.slice(0, LONGEST);
  return error instanceof SyntaxError ? message.replace(/"[^]*"|'[^]*'/g, '"…"') : message;
}
