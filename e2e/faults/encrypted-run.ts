/**
 * The encrypted variant of the suite: both sides are Jackdaws, and faults hit both. Every message must be readable at
 * both sides and at our second device, and every session must be in step at the end without having been replaced.
 */
import { createChance } from "./chance.ts";
import { createEncryptedWorld } from "./encrypted-world.ts";
import { senders } from "./reading/judge.ts";
import { finallyAt, readDevice, SETTLE_MS } from "./reading/reading.ts";
import { isClean, type Finding } from "./reading/shown.ts";
import { refusedOn, settle } from "./settling.ts";
import { run, type RunOptions, type RunResult } from "./run.ts";
import { inspect } from "./reading/store-reading.ts";
import { alice, bob, memberOf, type World } from "./world.ts";
import { birds, flock } from "./rooms.ts";
import { places, userOf, type Place } from "./writing/written.ts";

interface EncryptedOptions extends RunOptions {
  /** Minimum number of messages and changes in each direction: of the contact, and of our two devices together. */
  messages: number;
}

/** @throws {Error} when the world does not recover from a fault */
export function soakEncrypted({ messages, ...options }: EncryptedOptions): Promise<RunResult> {
  return run(options, async () => {
    const world = await createEncryptedWorld({ chance: createChance(~options.seed), pause: options.pause });
    const half = Math.ceil(messages / 2);
    return {
      world,
      encrypted: true,
      least: { peer: messages, one: half, two: half },
      async judge(note) {
        await settle(world);
        let findings = await readStores(world);
        if (findings.every(isClean)) {
          for (const place of ["contact", "room"] as const) await lastWords(world, place);
          findings = await readStores(world);
        }
        const refused = await refusedOn(world, note);
        return { findings, others: { refused, ...(await inspectStores(world, note)) } };
      },
      close: () => Promise.resolve(),
    };
  });
}

async function readStores({ members, ledger }: World): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const { device } of members) {
    for (const place of places) {
      const read = (whole: boolean) => readDevice(device, userOf[device.name], place, whole);
      all.push(...(await finallyAt(`device ${device.name}, ${place}`, place, ledger, read)));
    }
  }
  return all;
}

/**
 * After the faults, each device sends one more text; the others must read it at once, or their sessions are out of
 * step.
 */
async function lastWords({ members, ledger }: World, place: Place): Promise<void> {
  for (const name of senders) {
    const of = ledger.next(name, place);
    await memberOf(members, name).device.author.perform({ what: "text", of });
    ledger.record(name, { what: "text", of });
    const others = members.filter(({ device }) => device.name !== name);
    await Promise.all(
      others.map(({ device }) =>
        device.until(
          `reading the last word of ${name}, ${place}`,
          () => device.seenAt(place, name) >= of.number,
          SETTLE_MS,
        ),
      ),
    );
  }
}

/** Stops all devices and inspects their stores. */
async function inspectStores({ members }: World, note: (line: string) => void): Promise<Record<string, number>> {
  await Promise.all(members.map(({ device }) => device.stop()));
  const others = { unreadable: 0, "in plaintext": 0, "sessions mended": 0 };
  for (const { device } of members) {
    const found = await inspect(device.dataFolder, [alice.jid, bob.jid], {
      encrypted: [alice.jid, bob.jid, flock.jid],
      others: [birds.jid, device.where.private!.jid],
    });
    for (const line of [...found.unreadable, ...found.plaintext, ...found.mended])
      note(`device ${device.name}: ${line}`);
    others.unreadable += found.unreadable.length;
    others["in plaintext"] += found.plaintext.length;
    others["sessions mended"] += found.mended.length;
  }
  return others;
}
