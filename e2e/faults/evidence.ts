/** Saves the evidence of a failed run for later analysis. */
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Protection } from "../../shared/model/encryption.ts";
import { numberIn } from "./reading/judge.ts";
import type { Finding } from "./reading/shown.ts";
import { senders } from "./reading/judge.ts";
import { messagesIn } from "./reading/store-reading.ts";
import type { World } from "./world.ts";

const results = join(import.meta.dirname, "..", "..", "test-results");

interface Run {
  /** All lines reported during the run. */
  lines: readonly string[];
  findings: readonly Finding[];
  world: World;
  problem: unknown;
}

/** Stops every device, so that its store is complete. @returns the folder */
export async function keepEvidence(seed: number, { lines, findings, world, problem }: Run): Promise<string> {
  const folder = join(results, `faults-${seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "events.txt"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "found.json"), JSON.stringify(findings, null, 1));
  if (problem !== undefined) writeFileSync(join(folder, "problem.txt"), describe(problem));
  copyFileSync(world.server.log, join(folder, "prosody.log"));
  cpSync(join(world.server.folder, "data"), join(folder, "server"), { recursive: true });
  const written = senders.flatMap((name) => world.ledger.of(name));
  const lists = (_: string, value: unknown): unknown => (value instanceof Set ? [...value] : value);
  writeFileSync(join(folder, "written.json"), written.map((one) => JSON.stringify(one, lists)).join("\n"));
  const own = await world.ownArchive().catch((error: unknown) => [String(error)]);
  writeFileSync(join(folder, "own-archive.txt"), `${own.map(short).join("\n")}\n`);
  for (const { device } of world.members) {
    await device.stop().catch(() => undefined);
    const store = join(folder, device.name);
    cpSync(device.dataFolder, store, { recursive: true });
    const conversations = Object.values(device.where).map(({ jid }) => jid);
    const messages = await messagesIn(store, conversations).catch(() => []);
    const table = messages.map((message) => {
      const { id, chat, position, sentAt, delivery, failure, protection, body, retracted, reactions, pendingChange } =
        message;
      return [
        chat,
        id,
        position,
        new Date(sentAt).toISOString(),
        delivery ?? "in",
        ...(failure === null ? [] : [failure.condition]),
        protectionOf(protection),
        retracted === null ? short(body) : "(gone)",
        ...reactions.map(({ emoji, count, own }) => `${emoji}${count}${own ? "*" : ""}`),
        ...(pendingChange === null ? [] : [JSON.stringify(pendingChange)]),
      ].join(" ");
    });
    writeFileSync(join(folder, `device-${device.name}.txt`), `${table.join("\n")}\n${device.core.output()}`);
  }
  return folder;
}

const protectionOf = (of: Protection): string =>
  of.kind === "none" ? "plain" : of.kind === "unreadable" ? of.reason : `${of.device} ${of.problem ?? "readable"}`;

function short(text: string): string {
  const found = numberIn(text);
  return found === null ? text : `${found.sender} ${found.number} v${found.version}`;
}

const describe = (problem: unknown): string =>
  problem instanceof Error
    ? `${problem.stack}\n${problem.cause === undefined ? "" : describe(problem.cause)}`
    : String(problem);
