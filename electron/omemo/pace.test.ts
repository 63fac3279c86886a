/** A forged message can demand many ratchet steps. The event loop runs between them, and their number is bounded. */
import { beforeEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { newKeyPair } from "./ratchet/curve.ts";
import { TestDevice } from "./testing/device.ts";
import type * as Library from "./ratchet/library.ts";
import { Allowance } from "./pace.ts";
import type { Decryption, Envelope } from "./ports.ts";
import { decodeRecord, encodeRecord } from "./records.ts";
import { SKIPPED_MAX } from "./ratchet/session.ts";

const counted = vi.hoisted(() => ({ steps: 0 }));
vi.mock("./ratchet/library.ts", async (original) => {
  const library = await original<typeof Library>();
  const hmacSha256: typeof Library.hmacSha256 = (key, data) => {
    counted.steps++;
    return library.hmacSha256(key, data);
  };
  return { ...library, hmacSha256 };
});

let alice: TestDevice;
let bob: TestDevice;

beforeEach(async () => {
  [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
  await bob.read(alice, await alice.write("1", bob));
  await alice.read(bob, await bob.write("2", alice));
  await bob.read(alice, await alice.write("3", bob));
});

/** A message with a new ratchet key, this counter and a wrong MAC. */
function forged(counter: number, keys = 1): Envelope {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
  const data = Uint8Array.from([
    0x33,
    0x0a,
    33,
    ...newKeyPair().publicKey,
    0x10,
    ...varint(counter),
    0x18,
    0,
    0x22,
    48,
    ...new Uint8Array(48 + 8),
  ]);
  return {
    sid: alice.address.device,
    keys: Array.from({ length: keys }, () => ({ rid: bob.address.device, prekey: false, data })),
    iv: new Uint8Array(12),
    payload: new Uint8Array(1),
  };
}

/** @returns the largest number of steps between two turns of the event loop, and the total */
async function measured(work: () => Promise<unknown>): Promise<{ most: number; all: number }> {
  let [most, before, isOver] = [0, counted.steps, false];
  const began = before;
  const look = (): void => {
    most = Math.max(most, counted.steps - before);
    before = counted.steps;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  look();
  return { most, all: counted.steps - began };
}

const SLICE = 700;
const isFailed = (done: Decryption): boolean => done.kind === "failed" && done.problem === "session-broken";

it("yields to the event loop while it works on a forged counter", async () => {
  let done: Decryption | null = null;
  const { most, all } = await measured(async () => (done = await bob.read(alice, forged(SKIPPED_MAX - 1, 8))));
  expect(isFailed(done!)).toBe(true);
  expect(all).toBeGreaterThan(SKIPPED_MAX);
  expect(most).toBeLessThan(SLICE);
});

it("yields to the event loop while it works on a genuine message that skips many", async () => {
  const name = `${bob.jid} ${bob.address.device}`;
  const [session, ...older] = decodeRecord(alice.stored.sessions.get(name)!);
  const { hmacSha256 } = await vi.importActual<typeof Library>("./ratchet/library.ts");
  let key: Uint8Array = new Uint8Array(session!.sending!.key);
  for (let step = 0; step < 20_000; step++) key = hmacSha256(key, Uint8Array.of(2));
  const sending = { key: Uint8Array.from(key).buffer, counter: session!.sending!.counter + 20_000 };
  alice.stored.sessions.set(name, encodeRecord([{ ...session!, sending }, ...older]));
  alice.restart();
  const letter = await alice.write("far ahead", bob);
  const { most, all } = await measured(async () => expect(await bob.text(alice, letter)).toBe("far ahead"));
  expect(all).toBeGreaterThan(3 * 20_000);
  expect(most).toBeLessThan(SLICE);
});

it("limits the steps for a flood of forged messages, still decrypts genuine ones, and lifts the limit after a minute", async () => {
  const { all } = await measured(async () => {
    for (let n = 0; n < 50; n++) expect(isFailed(await bob.read(alice, forged(SKIPPED_MAX - 1)))).toBe(true);
  });
  expect(all).toBeLessThan(6 * SKIPPED_MAX);
  await bob.read(alice, await alice.write("in order", bob));
  await alice.read(bob, await bob.write("answered", alice));
  expect(await bob.text(alice, await alice.write("with a new key", bob))).toBe("with a new key");
  const { all: before } = await measured(() => bob.read(alice, forged(SKIPPED_MAX - 1)));
  bob.clock += 60_000;
  const { all: after } = await measured(() => bob.read(alice, forged(SKIPPED_MAX - 1)));
  expect(before).toBeLessThan(1_000);
  expect(after).toBeGreaterThan(SKIPPED_MAX - 100);
});

it("charges forged messages to the room that names the sender, not to the sender", async () => {
  const room = "tea@rooms.example.org" as BareJid;
  for (let n = 0; n < 5; n++)
    await bob.do((sessions) => sessions.decrypt(alice.jid, forged(SKIPPED_MAX - 1), undefined, room));
  const { all: ofRoom } = await measured(() =>
    bob.do((sessions) => sessions.decrypt(alice.jid, forged(SKIPPED_MAX - 1), undefined, room)),
  );
  const { all: direct } = await measured(() => bob.read(alice, forged(SKIPPED_MAX - 1)));
  expect(ofRoom).toBeLessThan(1_000);
  expect(direct).toBeGreaterThan(SKIPPED_MAX - 100);
});

it("remembers a bounded number of senders", () => {
  const allowance = new Allowance();
  const jid = (n: number) => `u${n}@evil.example` as BareJid;
  for (let n = 0; n < 3_000; n++) allowance.spend(jid(n), 100_000, 0);
  expect([allowance.for(jid(1_999), 100_000, 0), allowance.for(jid(2_999), 100_000, 0)]).toEqual([100_000, 200]);
});
