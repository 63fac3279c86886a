/**
 * The encrypted variant of the suite: both sides are Jackdaws, and faults hit both. Every message must be readable at
 * both sides and at our second device, and every session must be in step at the end without having been replaced.
 */
import { createChance } from "./chance.ts";
import { createEncryptedWorld } from "./encrypted-world.ts";
import { senders, type Sender } from "./reading/judge.ts";
import { finallyAt, isClean, sentIn, SETTLE_MS, type Finding } from "./reading/reading.ts";
import { run, type RunOptions, type RunResult } from "./run.ts";
import { inspect } from "./reading/store-reading.ts";
import { alice, bob, memberOf, type World } from "./world.ts";

interface EncryptedOptions extends RunOptions {
  /** Minimum number of messages in each direction: of the contact, and of our two devices together. */
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
        const sent = sentIn(world.sending);
        let findings = await readStores(world, sent);
        if (findings.every(isClean)) {
          await lastWords(world, sent);
          findings = await readStores(world, { peer: sent.peer + 1, one: sent.one + 1, two: sent.two + 1 });
        }
        return { findings, others: await inspectStores(world, note) };
      },
      close: () => Promise.resolve(),
    };
  });
}

async function readStores({ members }: World, sent: Readonly<Record<Sender, number>>): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const { device } of members) {
    const texts = async (): Promise<string[]> => (await device.read()).map(({ body }) => body);
    all.push(...(await finallyAt(`device ${device.name}`, texts, sent, SETTLE_MS)));
  }
  return all;
}

/**
 * After the faults, each device sends one more message; the others must read it at once, or their sessions are out of
 * step.
 */
async function lastWords({ members }: World, sent: Readonly<Record<Sender, number>>): Promise<void> {
  for (const name of senders) {
    const last = sent[name] + 1;
    await memberOf(members, name).device.deliver(last);
    const others = members.filter(({ device }) => device.name !== name);
    await Promise.all(
      others.map(({ device }) =>
        device.until(`reading the last word of ${name}`, () => device.seen[name] >= last, SETTLE_MS),
      ),
    );
  }
}

/** Stops all devices and inspects their stores. */
async function inspectStores({ members }: World, note: (line: string) => void): Promise<Record<string, number>> {
  await Promise.all(members.map(({ device }) => device.stop()));
  const others = { unreadable: 0, "in plaintext": 0, "sessions mended": 0 };
  for (const { device } of members) {
    const found = await inspect(device.dataFolder, [alice.jid, bob.jid]);
    for (const line of [...found.unreadable, ...found.plaintext, ...found.mended])
      note(`device ${device.name}: ${line}`);
    others.unreadable += found.unreadable.length;
    others["in plaintext"] += found.plaintext.length;
    others["sessions mended"] += found.mended.length;
  }
  return others;
}
