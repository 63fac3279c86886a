/** Saves the evidence of a harmful attack for later analysis. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./attack.ts";
import type { Harmed } from "./phases.ts";
import type { Target } from "./target.ts";

const results = join(import.meta.dirname, "..", "..", "test-results");
const began = new Date().toISOString().replace(/[:.]/g, "-");

/** Kills the victim, so that its data folder is copied as the attack left it. */
export async function keepEvidence(
  target: Target,
  { name, where }: Attack,
  { phase, harm, detail }: Harmed,
): Promise<void> {
  const { kind, server } = target.neighbourhood;
  const words = `${kind} ${where} ${name}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 120);
  const folder = join(results, `attacks-${began}`, words);
  mkdirSync(folder, { recursive: true });
  const about = [`${name} (${where}, ${kind})`, `${phase}: ${harm}`, detail, JSON.stringify(target.victim.connection)];
  writeFileSync(join(folder, "harm.txt"), `${about.join("\n")}\n`);
  writeFileSync(join(folder, "output.txt"), target.victim.output());
  await target.victim.kill();
  cpSync(target.dataFolder, join(folder, "data"), { recursive: true });
  for (const log of [join(server.folder, "prosody.log"), join(server.folder, "logs", "ejabberd.log")]) {
    if (existsSync(log)) cpSync(log, join(folder, "server.log"));
  }
}
