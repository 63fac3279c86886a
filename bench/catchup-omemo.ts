/**
 * Measures how fast a returning device reads 5,000 encrypted messages (OMEMO) in 50 chats from the archive of a local
 * Prosody, compared with as many plaintext messages. Its contacts started their sessions while it was away; two in five
 * messages are from another device of its own, all in one session. Both run in turn, several times from the same
 * folder; the medians are reported. `--large`: 20,000 messages. It asserts that every message is readable, and nothing
 * about speed.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { TestDevice } from "../electron/omemo/testing/device.ts";
import type { Bundle } from "../electron/omemo/ports.ts";
import { archiveIn, plainContent, seedMessages, writeArchive, type SeedMessage } from "../e2e/peers/archive-seed.ts";
import { publishedDevices } from "../e2e/peers/omemo-nodes.ts";
import { encrypted, publishedBundle } from "../e2e/peers/omemo-peer.ts";
import { connectPeer } from "../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../e2e/peers/servers/prosody.ts";
import type { Drained, Task } from "./catchup-device.ts";
import { runDevice } from "./catchup-process.ts";

const RUNS = 3;
const CHATS = 50;
const MESSAGES = process.argv.includes("--large") ? 20_000 : 5_000;
/** The first gets encrypted messages, the second plaintext. */
const USERS = ["alice", "bob"] as const;
type User = (typeof USERS)[number];

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** What contacts know of the device that is away. */
interface Known {
  device: number;
  bundle: Bundle;
}

/** Creates a user's device and lets it publish its keys. */
async function beginnings(server: Prosody, task: Task): Promise<Known> {
  let known: Known | null = null;
  await runDevice({ ...task, messages: 0, chats: 0, stays: true }, async () => {
    const jid = `${task.user}@localhost` as TestDevice["jid"];
    const peer = await connectPeer({ jid, password: "secret", resource: "look", server });
    for (const until = Date.now() + 60_000; ;) {
      const [device] = await publishedDevices(peer, jid);
      if (device !== undefined) {
        known = { device, bundle: await publishedBundle(peer, { jid, device }) };
        break;
      }
      if (Date.now() > until) throw new Error("no device was published");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await peer.stop();
  });
  return known!;
}

/** Encrypts the messages for a device, as its contacts' devices and as another device of its owner. */
async function encryptAll(
  messages: readonly SeedMessage[],
  { device, bundle }: Known,
): Promise<(readonly [SeedMessage, Element[]])[]> {
  const to = { jid: "alice@localhost" as TestDevice["jid"], device };
  const writers = new Map<string, TestDevice>();
  const contents: (readonly [SeedMessage, Element[]])[] = [];
  for (const message of messages) {
    const jid = message.ours ? to.jid : message.contact;
    let writer = writers.get(jid);
    if (writer === undefined) {
      writer = await TestDevice.create(jid);
      const preKey = bundle.preKeys[writers.size]!;
      await writer.do((sessions) => sessions.begin(to, { ...bundle, preKeys: [preKey] }));
      writers.set(jid, writer);
    }
    const { envelope } = await writer.do((sessions) => sessions.encrypt([to], message.text));
    contents.push([
      message,
      [xml("body", {}, "This message is encrypted."), encrypted(envelope), xml("store", "urn:xmpp:hints")],
    ]);
  }
  return contents;
}

const folder = mkdtempSync(join(tmpdir(), "jackdaw-bench-"));
const { path, extraConfig } = archiveIn(folder);
const server = await startProsody({ accounts: { alice: "secret", bob: "secret" }, log: "info", extraConfig });
const drained: Record<User, Drained[]> = { alice: [], bob: [] };
try {
  const task = (user: User, at: string): Task => {
    const { directTlsPort: port, certificateFingerprint: fingerprint } = server;
    return { folder: join(folder, at), user, port, fingerprint, messages: MESSAGES, chats: CHATS };
  };
  for (const user of USERS) mkdirSync(join(folder, user));
  const known = await beginnings(server, task("alice", "alice"));
  await beginnings(server, task("bob", "bob"));
  await server.stop();
  const messages = [...seedMessages({ messages: MESSAGES, chats: CHATS, seed: 1 }, Date.now() / 1000)];
  writeArchive(
    path,
    "bob",
    messages.map((one) => [one, plainContent(one)] as const),
  );
  writeArchive(path, "alice", await encryptAll(messages, known));
  await server.restart();
  for (let run = 0; run < RUNS; run++) {
    // The order alternates, so that neither always has the warmer or quieter machine.
    for (const user of run % 2 === 0 ? USERS : USERS.toReversed()) {
      const at = `${user}-${run}`;
      cpSync(join(folder, user), join(folder, at), { recursive: true });
      const one = await runDevice(task(user, at));
      rmSync(join(folder, at), { recursive: true, force: true });
      drained[user].push(one);
      console.log(
        `${MESSAGES} messages ${user === "alice" ? "encrypted" : "in the clear"}: ${one.seconds.toFixed(2)} s, ${(MESSAGES / one.seconds).toFixed(0)} a second ` +
          `(${one.cpuSeconds.toFixed(2)} s of CPU, ${one.peakMb.toFixed(0)} MB)`,
      );
    }
  }
} finally {
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
}
const seconds = (user: User): number => median(drained[user].map((one) => one.seconds));
const peak = median(drained.alice.map((one) => one.peakMb));
console.log(
  `encrypted: ${(MESSAGES / seconds("alice")).toFixed(0)} messages a second, in the clear: ${(MESSAGES / seconds("bob")).toFixed(0)}`,
);
const ratio = seconds("alice") / seconds("bob");
console.log(
  JSON.stringify({
    bench: "catchup-omemo",
    messages: MESSAGES,
    seconds: round(seconds("alice"), 2),
    ratio: round(ratio, 2),
    peak_mb: round(peak, 0),
  }),
);
process.exit(0);
