/** Saves the evidence of a harmful attack for later analysis. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./attack.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
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
  const { kind } = target.neighbourhood;
  const folder = folderFor(target.neighbourhood, `${where} ${name}`);
  const about = [`${name} (${where}, ${kind})`, `${phase}: ${harm}`, detail, JSON.stringify(target.victim.connection)];
  writeFileSync(join(folder, "harm.txt"), `${about.join("\n")}\n`);
  writeFileSync(join(folder, "output.txt"), target.victim.output());
  await target.victim.kill();
  cpSync(target.dataFolder, join(folder, "data"), { recursive: true });
}

/** Lines of the server's log that an error message quotes. */
const QUOTED_LINES = 20;

/** The error of a run whose server ended. @param how it ended @param doing what it was under then */
export function serverEnded(neighbourhood: Neighbourhood, how: string, doing: string): Error {
  const folder = folderFor(neighbourhood, `ended ${doing}`);
  const text = `${neighbourhood.kind} ended by itself (${how}) during: ${doing}`;
  writeFileSync(join(folder, "ended.txt"), `${text}\n`);
  const { log } = neighbourhood.server;
  const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-QUOTED_LINES) : ["no log"];
  return new Error(`${text}\nIts log is in ${folder}; it ends with:\n${lines.join("\n")}`);
}

/** A new folder, with the server's log. */
function folderFor({ kind, server }: Neighbourhood, about: string): string {
  const words = `${kind} ${about}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 120);
  const folder = join(results, `attacks-${began}`, words);
  mkdirSync(folder, { recursive: true });
  if (existsSync(server.log)) cpSync(server.log, join(folder, "server.log"));
  return folder;
}
