/** Input from attackers and broken clients: each is rejected with its own reason, and the session stays unchanged. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { newKeyPair } from "./ratchet/curve.ts";
import { TestDevice } from "./testing/device.ts";
import { hmacSha256 } from "./ratchet/library.ts";
import type { Bundle, Decryption, EncryptedKey, Envelope } from "./ports.ts";
import { decodeRecord, encodeRecord } from "./records.ts";
import { SKIPPED_MAX } from "./ratchet/session.ts";

let alice: TestDevice;
let bob: TestDevice;

beforeEach(async () => {
  [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
});

/** Exchanges messages in both directions, so that further ones are plain ratchet messages (no PreKeyWhisperMessage). */
async function acquainted(): Promise<void> {
  await bob.read(alice, await alice.write("1", bob));
  await alice.read(bob, await bob.write("2", alice));
  await bob.read(alice, await alice.write("3", bob));
}

const withKey = (envelope: Envelope, change: Partial<EncryptedKey>): Envelope => ({
  ...envelope,
  keys: envelope.keys.map((key) => ({ ...key, ...change })),
});
const problem = (done: Decryption): string => (done.kind === "failed" ? done.problem : done.kind);

/** Expects that the envelope is rejected with this reason, changes nothing, and does not block the genuine message. */
async function refused(envelope: Envelope, as: string, from = alice): Promise<void> {
  const before = structuredClone([bob.stored.sessions, bob.stored.known, bob.stored.used]);
  expect(problem(await bob.read(from, envelope))).toBe(as);
  expect([bob.stored.sessions, bob.stored.known, bob.stored.used]).toEqual(before);
}

describe("a tampered copy does not prevent decryption of the genuine message", () => {
  const flip = (data: Uint8Array, at = 0): Uint8Array => data.map((byte, index) => (index === at ? byte ^ 1 : byte));

  test.each(["the first message of a session", "a later message"])("%s", async (which) => {
    if (which === "a later message") await acquainted();
    const true_ = await alice.write("true", bob);
    await refused({ ...true_, payload: flip(true_.payload!) }, "tampered");
    await refused({ ...true_, iv: flip(true_.iv) }, "tampered");
    await refused({ ...true_, payload: new Uint8Array() }, "tampered");
    const { data } = true_.keys[0]!;
    await refused(withKey(true_, { data: flip(data, data.length - 1) }), "session-broken");
    for (const end of [1, 8, 9, 20]) {
      expect(["malformed", "session-broken"]).toContain(
        problem(await bob.read(alice, withKey(true_, { data: data.subarray(0, -end) }))),
      );
    }
    expect(await bob.text(alice, true_)).toBe("true");
    await refused(true_, "repeated");
  });
});

describe("malformed input", () => {
  test("rejects an invalid device id", async () => {
    const letter = await alice.write("x", bob);
    for (const sid of [0, -1, -5, 2 ** 31, 2 ** 40, 1.5, NaN]) await refused({ ...letter, sid }, "malformed");
    await refused(withKey(letter, { rid: bob.address.device + 1 }), "not-for-this-device");
    await refused({ ...letter, keys: [] }, "not-for-this-device");
  });

  test("rejects an IV or a key of the wrong length", async () => {
    const letter = await alice.write("x", bob);
    for (const size of [0, 1, 11, 13, 17]) await refused({ ...letter, iv: new Uint8Array(size) }, "malformed");
    for (const size of [0, 1, 8, 9, 33, 5000, 5_000_000])
      await refused(withKey(letter, { data: new Uint8Array(size).fill(0x33) }), "malformed");
    await refused({ ...letter, payload: new Uint8Array(5_000_000) }, "tampered");
    expect(await bob.text(alice, letter)).toBe("x");
  });

  test("rejects a secret that has not the length of a key", async () => {
    await acquainted();
    const { encryptIn } = await import("./ratchet/ratchet.ts");
    const name = `${bob.jid} ${bob.address.device}`;
    const [session] = decodeRecord(alice.stored.sessions.get(name)!);
    for (const size of [0, 15, 17, 31, 33, 64]) {
      const { data, prekey } = await encryptIn(alice.stored.device!, session!, new Uint8Array(size), 0);
      const envelope = {
        sid: alice.address.device,
        keys: [{ rid: bob.address.device, prekey, data }],
        iv: new Uint8Array(12),
      };
      await refused({ ...envelope, payload: new Uint8Array(4) }, "malformed");
      await refused({ ...envelope, payload: null }, "malformed");
    }
  });

  test("rejects random bytes as a key or as part of one", async () => {
    await acquainted();
    const letter = await alice.write("x", bob);
    const { data } = letter.keys[0]!;
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(data.length),
        fc.boolean(),
        fc.boolean(),
        async (junk, at, prekey, whole) => {
          const forged = whole
            ? Uint8Array.of(0x33, ...junk)
            : Uint8Array.from([...data.subarray(0, at), ...junk, ...data.subarray(at + junk.length)]);
          fc.pre(Buffer.compare(forged, data) !== 0);
          const done = await bob.read(alice, withKey(letter, { data: forged, prekey }));
          expect(["malformed", "session-broken", "repeated", "key-changed"]).toContain(problem(done));
        },
      ),
      { numRuns: 300 },
    );
    expect(await bob.text(alice, letter)).toBe("x");
  });

  test("rejects a message of a session that belongs to another device", async () => {
    await acquainted();
    const carol = await TestDevice.create("carol@example.org");
    const letter = await alice.write("x", bob);
    await refused(letter, "no-session", carol);
    await refused({ ...letter, sid: 4711 }, "no-session");
    expect(await bob.text(alice, letter)).toBe("x");
  });

  test("treats an unreadable stored session as missing", async () => {
    await acquainted();
    const name = `${alice.jid} ${alice.address.device}`;
    for (const stored of [
      new Uint8Array(),
      Uint8Array.of(1, 200),
      bob.stored.sessions.get(name)!.subarray(0, 100),
      Uint8Array.of(9),
    ]) {
      bob.stored.sessions.set(name, stored);
      bob.restart();
      await refused(await alice.write("x", bob), "no-session");
    }
  });
});

describe("message counters", () => {
  /** Advances Alice's session as if she had sent this many more messages. */
  function skip(count: number): void {
    const name = `${bob.jid} ${bob.address.device}`;
    const [session, ...older] = decodeRecord(alice.stored.sessions.get(name)!);
    let key: Uint8Array = new Uint8Array(session!.sending!.key);
    for (let step = 0; step < count; step++) key = hmacSha256(key, Uint8Array.of(2));
    const sending = { key: Uint8Array.from(key).buffer, counter: session!.sending!.counter + count };
    alice.stored.sessions.set(name, encodeRecord([{ ...session!, sending }, ...older]));
    alice.restart();
  }

  test(`accepts a message ${SKIPPED_MAX} ahead, and then the skipped ones`, async () => {
    await acquainted();
    const early = [await alice.write("early 1", bob), await alice.write("early 2", bob)];
    skip(SKIPPED_MAX - 4);
    const middle = await alice.write("middle", bob);
    const late = await alice.write("late", bob);
    expect(await bob.text(alice, late)).toBe("late");
    expect(await bob.text(alice, early[1]!)).toBe("early 2");
    bob.restart();
    expect(await bob.text(alice, middle)).toBe("middle");
    expect(await bob.text(alice, early[0]!)).toBe("early 1");
    for (const letter of [early[0]!, middle, late]) expect(await bob.text(alice, letter)).toBe("repeated");
  });

  test("drops the oldest skipped keys above the limit; their messages fail as broken, not as repeated", async () => {
    await acquainted();
    const early = await alice.write("early", bob);
    skip(SKIPPED_MAX - 2);
    expect(await bob.text(alice, await alice.write("half", bob))).toBe("half");
    skip(10);
    expect(await bob.text(alice, await alice.write("late", bob))).toBe("late");
    await refused(early, "session-broken");
    const [session] = decodeRecord(bob.stored.sessions.get(`${alice.jid} ${alice.address.device}`)!);
    expect(session!.receiving.reduce((sum, { skipped }) => sum + skipped.size, 0)).toBe(SKIPPED_MAX);
  });

  test("rejects a counter too far ahead, and bounds the work for any number of forged messages", async () => {
    await acquainted();
    skip(SKIPPED_MAX + 10);
    await refused(await alice.write("too far", bob), "session-broken");
    // A forged message with a new ratchet key and the largest counter, eight times in one header, against several
    // sessions.
    for (let session = 0; session < 5; session++) {
      await alice.begin(bob);
      await bob.read(alice, await alice.write("begin", bob));
    }
    for (const counter of [SKIPPED_MAX - 1, 2 ** 31, 2 ** 32 - 1]) {
      const data = Buffer.concat([
        Uint8Array.of(0x33, 0x0a, 33),
        newKeyPair().publicKey,
        Uint8Array.of(0x10),
        varint(counter),
        Uint8Array.of(0x18),
        varint(counter),
        Uint8Array.of(0x22, 48),
        new Uint8Array(48 + 8),
      ]);
      const key: EncryptedKey = { rid: bob.address.device, prekey: false, data };
      await refused(
        {
          sid: alice.address.device,
          keys: Array.from({ length: 1000 }, () => key),
          iv: new Uint8Array(12),
          payload: new Uint8Array(1),
        },
        "session-broken",
      );
    }
    expect(await bob.text(alice, await alice.write("still fine", bob))).toBe("still fine");
  });

  const varint = (value: number): Uint8Array => {
    const bytes: number[] = [];
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    return Uint8Array.from([...bytes, value]);
  };
});

describe("message headers", () => {
  test("ignores a wrong prekey attribute", async () => {
    const first = await alice.write("first", bob);
    expect(await bob.text(alice, withKey(first, { prekey: false }))).toBe("first");
    await alice.read(bob, await bob.write("answer", alice));
    expect(await bob.text(alice, withKey(await alice.write("later", bob), { prekey: true }))).toBe("later");
  });

  test("finds the right key among several for this device", async () => {
    await acquainted();
    const [first, letter] = [await alice.write("earlier", bob), await alice.write("right", bob)];
    await bob.read(alice, first);
    const [key] = letter.keys;
    const wrong = [
      { ...key!, data: first.keys[0]!.data },
      { ...key!, data: new Uint8Array(3) },
      { ...key!, data: key!.data.map((byte) => byte ^ 1) },
    ];
    expect(await bob.text(alice, { ...letter, keys: [...wrong, key!] })).toBe("right");
    await refused({ ...letter, keys: [...wrong, key!] }, "repeated");
  });

  test("recognizes a message that our own device sent", async () => {
    const other = await TestDevice.create("bob@example.org");
    const letter = await bob.write("to the other", other);
    expect(problem(await bob.read(bob, letter))).toBe("own-device");
    expect(await other.text(bob, letter)).toBe("to the other");
    // An attacker returns our own message to us. It begins a session of ours with another device.
    expect(problem(await bob.read(alice, { ...letter, keys: [{ ...letter.keys[0]!, rid: bob.address.device }] }))).toBe(
      "malformed",
    );
  });
});

describe("prekeys", () => {
  test("rejects a new session on a deleted prekey, and continues an existing one", async () => {
    const [first, second] = [await alice.write("first", bob), await alice.write("second", bob)];
    expect(await bob.text(alice, first)).toBe("first");
    for (const id of bob.stored.used) bob.stored.preKeys.delete(id);
    expect(await bob.text(alice, second)).toBe("second");
    bob.stored.sessions.clear();
    bob.restart();
    await refused(await alice.write("third", bob), "session-broken");
  });

  test("accepts two sessions on one prekey as long as the used prekey is kept", async () => {
    const carol = await TestDevice.create("carol@example.org");
    const bundle: Bundle = { ...bob.bundle, preKeys: bob.bundle.preKeys.slice(0, 1) };
    await alice.begin(bob, bundle);
    await carol.begin(bob, bundle);
    expect(await bob.text(alice, await alice.write("a", bob))).toBe("a");
    expect(await bob.text(carol, await carol.write("c", bob))).toBe("c");
    expect(bob.stored.used.size).toBe(1);
  });
});
