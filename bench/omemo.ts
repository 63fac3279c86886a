/**
 * Measures OMEMO: one message for 1, 10 and 100 devices, reading, and starting sessions, with all state serialised as
 * in the store; compared with Signal's native library in the same run. It asserts nothing.
 */
import { bareJid } from "../shared/jid.ts";
import { TestDevice } from "../electron/omemo/testing/device.ts";
import { decryptPayload, encryptPayload } from "../electron/omemo/payload.ts";
import type { Envelope } from "../electron/omemo/ports.ts";
import { nativeDevices } from "./omemo-native.ts";

const MESSAGES = 2_000;
const BLOCK = 250;
const DEVICES = 100;
const ROUNDS = 30;

const rounded = (value: number): number => Number(value.toPrecision(3));
const sum = (times: readonly number[]): number => times.reduce((all, one) => all + one, 0);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function device(jid: string): Promise<TestDevice> {
  const one = await TestDevice.create(jid);
  one.stored.copies = false;
  return one;
}

/** Sends one message each way, so that all later ones are plain ratchet messages. */
async function acquaint(a: TestDevice, b: TestDevice): Promise<void> {
  await b.read(a, await a.write("hello", b));
  await a.read(b, await b.write("hello", a));
}

async function encrypting(us: TestDevice, peers: readonly TestDevice[]): Promise<number> {
  const to = peers.map(({ address }) => address);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    times.push(
      await timed(() =>
        us.do((sessions) => sessions.encrypt(to, "A sentence of a usual length, as people write them.")),
      ),
    );
  return sum(times.slice(5)) / (ROUNDS - 5);
}

const us = await device("us@example.org");
const peers: TestDevice[] = [];
for (let at = 0; at < DEVICES; at++) peers.push(await device("peer@example.org"));
const bundles = peers.map(({ address, bundle }) => ({ address, bundle }));
const begin = await timed(() =>
  us.do((sessions) => Promise.all(bundles.map(({ address, bundle }) => sessions.begin(address, bundle)))),
);
for (const peer of peers) await acquaint(us, peer);
const encrypt: Record<number, number> = {};
for (const count of [1, 10, 100]) encrypt[count] = await encrypting(us, peers.slice(0, count));
console.log(
  `a message for 1, 10, 100 devices: ${[1, 10, 100].map((count) => rounded(encrypt[count]!)).join(", ")} ms; a session begins in ${rounded(begin / DEVICES)} ms`,
);

const native = await nativeDevices();

/** Messages per second. Blocks alternate, so that other load of the machine slows both. */
async function decrypting(): Promise<{ single: number; page: number; native: number | null }> {
  const peer = peers[0]!;
  const other = native?.(1) ?? null;
  const there = { jid: bareJid("native@example.org"), device: 1 };
  if (other !== null) {
    // The native device answers once and then is the receiver.
    await other.begin(us.address, us.bundle);
    const { iv, payload, secret } = encryptPayload("hello");
    await us.do(async (sessions) =>
      sessions.decrypt(there.jid, { sid: there.device, iv, payload, keys: [await other.encrypt(us.address, secret)] }),
    );
  }
  const times: Record<"single" | "page" | "native", number[]> = { single: [], page: [], native: [] };
  const text = "A sentence of a usual length, as people write them.";
  const written = async (from: TestDevice, to: { address: TestDevice["address"] }): Promise<Envelope[]> => {
    const all: Envelope[] = [];
    for (let at = 0; at < BLOCK; at++)
      all.push((await from.do((sessions) => sessions.encrypt([to.address], text))).envelope);
    return all;
  };
  for (let block = 0; block < MESSAGES / BLOCK; block++) {
    const [one, two] = [await written(peer, us), await written(peer, us)];
    times.single.push(
      await timed(async () => {
        for (const envelope of one) await us.do((sessions) => sessions.decrypt(peer.jid, envelope));
      }),
    );
    times.page.push(
      await timed(async () => {
        for (let at = 0; at < BLOCK; at += 50) {
          await us.do(async (sessions) => {
            for (const envelope of two.slice(at, at + 50)) await sessions.decrypt(peer.jid, envelope);
          });
        }
      }),
    );
    if (other === null) continue;
    const three = await written(us, { address: there });
    times.native.push(
      await timed(async () => {
        for (const { keys, iv, payload } of three)
          decryptPayload(await other.decrypt(us.address, keys[0]!.data), iv, payload!);
      }),
    );
  }
  const perSecond = (all: number[]): number => ((all.length - 1) * BLOCK * 1000) / sum(all.slice(1));
  return {
    single: perSecond(times.single),
    page: perSecond(times.page),
    native: native === null ? null : perSecond(times.native),
  };
}

const rates = await decrypting();
console.log(
  `messages read per second: ${Math.round(rates.single)} in transactions of their own, ${Math.round(rates.page)} in pages of 50` +
    (rates.native === null ? "" : `, ${Math.round(rates.native)} by native libsignal`),
);
if (native !== null) {
  const other = native(2);
  const fresh = await timed(async () => {
    for (const { address, bundle } of bundles) await other.begin(address, bundle);
  });
  const { secret } = encryptPayload("x");
  const many = await timed(async () => {
    for (let round = 0; round < 5; round++) for (const { address } of bundles) await other.encrypt(address, secret);
  });
  console.log(
    `native libsignal: a message for 100 devices ${rounded(many / 5)} ms, a session begins in ${rounded(fresh / DEVICES)} ms`,
  );
}
const encrypted = {
  encrypt_1_ms: rounded(encrypt[1]!),
  encrypt_10_ms: rounded(encrypt[10]!),
  encrypt_100_ms: rounded(encrypt[100]!),
};
const decrypted = { decrypt_per_s: Math.round(rates.page), decrypt_single_per_s: Math.round(rates.single) };
const decrypt_ratio_native = rates.native === null ? null : rounded(rates.page / rates.native);
console.log(
  JSON.stringify({
    bench: "omemo",
    ...encrypted,
    ...decrypted,
    decrypt_ratio_native,
    session_ms: rounded(begin / DEVICES),
  }),
);
