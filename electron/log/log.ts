/**
 * The log of the program. Every layer of `electron/` may write to it; nothing that the user or a contact wrote belongs
 * in it (no bodies, no keys, no passwords). Until a host opens a file for it, the newest lines are kept in memory.
 */

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogEntry {
  /** Milliseconds since 1970. */
  at: number;
  level: LogLevel;
  /** The folder of the code that speaks: `xmpp/muc`, `store`. */
  area: string;
  /** One line, redacted, at most `LONGEST` characters. */
  text: string;
}

/** Characters of one line. */
const LONGEST = 2_000;
/** Lines that are kept in memory. */
const MOST_KEPT = 2_000;

const kept: LogEntry[] = [];
const listeners = new Set<(entry: LogEntry) => void>();

/**
 * @param area the folder of the code that speaks
 * @param what a sentence without contents of messages
 * @param detail an error, or a few plain values
 */
type Write = (area: string, what: string, detail?: unknown) => void;

const at =
  (level: LogLevel): Write =>
  (area, what, detail) => {
    const entry: LogEntry = { at: Date.now(), level, area, text: redact(line(what, detail)) };
    kept.push(entry);
    if (kept.length > 2 * MOST_KEPT) kept.splice(0, kept.length - MOST_KEPT);
    for (const listener of listeners) listener(entry);
  };

export const log: Readonly<Record<LogLevel, Write>> = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

/** For `.catch(…)`: logs the error and goes on with undefined. */
export const logged =
  (area: string, what: string, level: LogLevel = "debug") =>
  (error: unknown): undefined =>
    log[level](area, what, error) as undefined;

/** The newest lines, oldest first. */
export const newestLines = (): readonly LogEntry[] => kept.slice(-MOST_KEPT);

/** @returns a function that ends it */
export function onLogEntry(listener: (entry: LogEntry) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function line(what: string, detail: unknown): string {
  const more = detail === undefined ? "" : `: ${described(detail)}`;
  return `${what}${more}`.slice(0, LONGEST).replaceAll(/\s+/g, " ");
}

function described(detail: unknown): string {
  if (detail instanceof Error) return `${detail.name}: ${detail.message}`;
  if (typeof detail === "string") return detail;
  try {
    return JSON.stringify(detail) ?? String(detail);
  } catch {
    // A detail that is a circle says nothing of use.
    return typeof detail;
  }
}

/** An address begins where a word begins: looked for from each letter of a word, it would take quadratic time. */
const ADDRESS = /(?<![^\s@/"'<>(),:;])([^\s@/"'<>(),:;]+)@([^\s@/"'<>(),;]+)(\/[^\s"'<>(),;]+)?/g;

/** Shortens every address to the first character of its local part: `a…@example.org`. @returns at most `LONGEST` characters */
export function redact(text: string): string {
  return text.slice(0, LONGEST).replaceAll(ADDRESS, (_all, local: string, domain: string) => `${String.fromCodePoint(local.codePointAt(0)!)}…@${domain}`);
}
