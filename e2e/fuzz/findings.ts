/** Collects the faults of a run, grouped by cause, and saves them for analysis. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const results = join(import.meta.dirname, "..", "..", "test-results");

/**
 * stopped: a session or the account ended, or an honest message did not arrive; uncaught: an unhandled error;
 * uncloneable: a value that cannot be cloned for the window or does not match the contract; guarded: an error that cost
 * only one stanza, because the program skips what it cannot handle. It harms nobody, but is a fault of a feature.
 */
export type Kind = "stopped" | "uncaught" | "uncloneable" | "guarded";

export interface Finding {
  kind: Kind;
  /** Description; findings with the same cause differ only in numbers and names. */
  what: string;
  /** The value that did not match. */
  value?: string;
  /** Stack frames in our code, if known. */
  stack?: string;
}

export interface Findings {
  add(finding: Finding): void;
  /** Number of findings of each kind. */
  readonly counts: Record<Kind, number>;
  /** Findings since the last call. */
  take(): Finding[];
}

/** @param say called once for each cause */
export function createFindings(say: (line: string) => void): Findings {
  const counts = { stopped: 0, uncaught: 0, uncloneable: 0, guarded: 0 };
  const seen = new Set<string>();
  let fresh: Finding[] = [];
  return {
    counts,
    add(finding) {
      counts[finding.kind]++;
      fresh.push(finding);
      const cause = causeOf(finding);
      if (seen.has(cause)) return;
      seen.add(cause);
      say(`${finding.kind}: ${finding.what}\n${finding.stack ?? finding.value ?? ""}`);
    },
    take() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

/** A key that is equal for findings that are probably the same. */
export function causeOf({ kind, what, stack }: Finding): string {
  // The log entry names the stanza first, then the error.
  const told =
    kind === "guarded"
      ? (/"error":"(.*)/.exec(what)?.[1] ?? what).slice(0, 80)
      : what.replaceAll(/'[^']*'|"[^"]*"/g, "…");
  const place = stack?.split("\n").find((line) => line.includes("/electron/"));
  return `${kind} ${(place ?? told).replaceAll(/\d+/g, "…")}`;
}

/** Converts an error to a finding. */
export function uncaught(error: unknown, where: string): Finding {
  const stack = error instanceof Error ? (error.stack ?? "").split("\n").slice(1, 7).join("\n") : "";
  return {
    kind: "uncaught",
    what: `${where}: ${error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : typeof error}`,
    ...(stack === "" ? {} : { stack }),
  };
}

export interface Evidence {
  number: number;
  findings: readonly Finding[];
  /** The smallest stanza that was found to cause it. */
  smallest?: string;
  /** As sent; several when no single one causes it. */
  stanzas: readonly string[];
}

/** @returns the path of the file */
export function keepEvidence(seed: number, { number, findings, smallest, stanzas }: Evidence): string {
  const folder = join(results, `fuzz-${seed}`);
  mkdirSync(folder, { recursive: true });
  const name = (count: number): string =>
    join(folder, `${number}-${findings[0]!.kind}${count === 0 ? "" : `-${count}`}.txt`);
  let count = 0;
  while (existsSync(name(count))) count++;
  const file = name(count);
  const told = findings.slice(0, 20).map(({ kind, what, stack, value }) => `${kind}: ${what}\n${stack ?? value ?? ""}`);
  writeFileSync(
    file,
    [
      `seed ${seed}, stanza ${number}`,
      ...told,
      ...(smallest === undefined ? [] : ["", "smallest:", smallest]),
      "",
      "sent:",
      ...stanzas,
      "",
    ].join("\n"),
  );
  return file;
}
