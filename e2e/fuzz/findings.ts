/** What goes wrong in a run, told apart by what it says, and kept where somebody can look. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const results = join(import.meta.dirname, "..", "..", "test-results");

/**
 * stopped: a session or the account ended, or an honest message did not come; uncaught: an error that nobody took;
 * uncloneable: what cannot go to the window, or does not fit the contract; guarded: an error that cost one stanza only,
 * since the program steps over what it cannot handle. It harms nobody, and is a fault of a feature all the same.
 */
export type Kind = "stopped" | "uncaught" | "uncloneable" | "guarded";

export interface Finding {
  kind: Kind;
  /** What happened; findings of the same cause say the same but for numbers and names. */
  what: string;
  /** What did not fit. */
  value?: string;
  /** Where in our code, as far as it is known. */
  stack?: string;
}

export interface Findings {
  add(finding: Finding): void;
  /** How many of each kind there were. */
  readonly counts: Record<Kind, number>;
  /** Those since the last call. */
  take(): Finding[];
}

/** @param say hears of each cause once */
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

/** Findings with the same one are probably the same. */
export function causeOf({ kind, what, stack }: Finding): string {
  // The log names the stanza first, then the error.
  const told =
    kind === "guarded"
      ? (/"error":"(.*)/.exec(what)?.[1] ?? what).slice(0, 80)
      : what.replaceAll(/'[^']*'|"[^"]*"/g, "…");
  const place = stack?.split("\n").find((line) => line.includes("/electron/"));
  return `${kind} ${(place ?? told).replaceAll(/\d+/g, "…")}`;
}

/** An error as a finding. */
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
  /** The smallest stanza found that does it. */
  smallest?: string;
  /** As it was sent; several when none does it alone. */
  stanzas: readonly string[];
}

/** @returns the file */
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
