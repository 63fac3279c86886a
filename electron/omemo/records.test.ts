import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestDevice } from "./testing/device.ts";
import { decodeRecord, encodeRecord } from "./records.ts";
import { pruned, SKIPPED_MAX, withSession, type ReceivingChain, type Session } from "./ratchet/session.ts";
import { SkippedKeys } from "./ratchet/skipped.ts";

const key = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => Uint8Array.from(bytes).buffer);
const uint32 = fc.nat(2 ** 32 - 1);
const skipped = fc
  .uniqueArray(uint32, { maxLength: 20 })
  .chain((counters) =>
    fc
      .uint8Array({ minLength: counters.length * 32, maxLength: counters.length * 32 })
      .map((keys) => new SkippedKeys(Uint32Array.from(counters).sort(), keys)),
  );
const chain: fc.Arbitrary<ReceivingChain> = fc.record({
  name: key(33).map((bytes) => Buffer.from(bytes).toString("base64")),
  key: fc.option(key(32)),
  counter: uint32.map((counter) => counter - 1),
  end: fc.option(uint32),
  skipped,
  lost: uint32.map((counter) => counter - 1),
});
const session: fc.Arbitrary<Session> = fc.record({
  baseKey: key(33),
  ours: fc.boolean(),
  identityKey: key(33),
  rootKey: key(32),
  ratchet: fc.record({ pubKey: key(33), privKey: key(32) }),
  theirRatchetKey: key(33),
  previousCounter: uint32,
  pending: fc.option(fc.record({ baseKey: key(33), preKeyId: uint32, signedKeyId: uint32 })),
  usedAt: fc.nat(2 ** 31).map((seconds) => seconds * 1000),
  sending: fc.option(fc.record({ key: key(32), counter: uint32.map((counter) => counter - 1) })),
  receiving: fc.array(chain, { maxLength: 4 }),
});

describe("stored session record", () => {
  test("is decoded exactly as it was encoded", () => {
    fc.assert(
      fc.property(
        fc.array(session, { maxLength: 4 }),
        (record) => void expect(decodeRecord(encodeRecord(record))).toEqual(record),
      ),
    );
  });

  test("has a buffer of its own, so that posting it to the store thread copies nothing else", () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 2 }), (record) => {
        const bytes = encodeRecord(record);
        expect(bytes.buffer.byteLength).toBe(bytes.length);
      }),
    );
  });

  test("is rejected with a RangeError when damaged", () => {
    const tried = (bytes: Uint8Array): void => {
      try {
        decodeRecord(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    };
    fc.assert(
      fc.property(
        fc.array(session, { minLength: 1, maxLength: 2 }),
        fc.nat(),
        fc.nat(255),
        fc.uint8Array(),
        (record, at, byte, junk) => {
          const bytes = encodeRecord(record);
          expect(() => decodeRecord(bytes.subarray(0, at % bytes.length))).toThrow(RangeError);
          expect(() => decodeRecord(Buffer.concat([bytes, Uint8Array.of(0)]))).toThrow(RangeError);
          tried(bytes.map((one, index) => (index === at % bytes.length ? byte : one)));
          tried(Uint8Array.of(1, ...junk));
        },
      ),
    );
  });

  test("stays small in a chat that goes back and forth", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    for (let turn = 0; turn < 60; turn++) {
      expect(await bob.text(alice, await alice.write("there", bob))).toBe("there");
      expect(await alice.text(bob, await bob.write("back", alice))).toBe("back");
    }
    for (const device of [alice, bob])
      for (const record of device.stored.sessions.values()) expect(record.byteLength).toBeLessThan(2_500);
  });
});

describe("session limits", () => {
  const [made] = fc.sample(session, 1);
  const fresh = (usedAt: number, keys = 0): Session => ({
    ...made!,
    baseKey: new ArrayBuffer(33),
    usedAt,
    receiving:
      keys === 0
        ? []
        : [
            {
              name: "",
              key: null,
              counter: keys,
              end: null,
              lost: -1,
              skipped: SkippedKeys.none.followedBy(0, new Uint8Array(keys * 32)),
            },
          ],
  });

  test("keeps the forty sessions used last and writes in the newest", () => {
    let record: readonly Session[] = [];
    for (let at = 1; at <= 100; at++) record = withSession(record, fresh(at), 1000);
    expect(record.map(({ usedAt }) => usedAt)).toEqual(Array.from({ length: 40 }, (_, at) => 100 - at));
    expect(withSession(record, fresh(80), 1000)[0]!.usedAt).toBe(100);
    // A session with a time in the future does not stay active for ever.
    expect(withSession([fresh(5000), ...record], fresh(1000), 1000)[0]!.usedAt).toBe(1000);
  });

  test("keeps skipped keys up to the limit over all sessions", () => {
    const record = withSession([fresh(1, SKIPPED_MAX - 10), fresh(0, 5)], fresh(2, 11), 3);
    expect(record.map(({ usedAt }) => usedAt)).toEqual([2, 0]);
  });

  test("keeps the newest forty chains of a session", () => {
    const [one] = fresh(0, 1).receiving;
    const receiving = Array.from({ length: 60 }, (_, at) => ({ ...one!, name: `${at}` }));
    expect(pruned({ ...made!, receiving }).receiving.map(({ name }) => name)).toEqual(
      Array.from({ length: 40 }, (_, at) => `${at + 20}`),
    );
  });
});

test("SkippedKeys behaves like a map", () => {
  type Move = { add: number; gap: number } | { remove: number } | { drop: number };
  const move: fc.Arbitrary<Move> = fc.oneof(
    fc.record({ add: fc.nat(10), gap: fc.nat(3) }),
    fc.record({ remove: fc.nat(40) }),
    fc.record({ drop: fc.nat(2) }),
  );
  fc.assert(
    fc.property(fc.array(move), (moves) => {
      let keys = SkippedKeys.none;
      const map = new Map<number, number>();
      let next = 0;
      for (const one of moves) {
        if ("add" in one) {
          next += one.gap;
          const first = next;
          const more = Uint8Array.from({ length: one.add * 32 }, (_, at) => (first + Math.floor(at / 32)) % 251);
          for (let at = 0; at < one.add; at++) map.set(next, next++ % 251);
          keys = keys.followedBy(first, more);
        } else if ("remove" in one) {
          keys = keys.without(one.remove);
          map.delete(one.remove);
        } else {
          const gone = [...map.keys()].slice(0, one.drop);
          for (const counter of gone) map.delete(counter);
          keys = keys.withoutOldest(gone.length);
        }
        expect([...keys.counters]).toEqual([...map.keys()]);
        for (let counter = 0; counter < next + 2; counter++) {
          expect(keys.get(counter)).toEqual(map.has(counter) ? new Uint8Array(32).fill(map.get(counter)!) : undefined);
        }
      }
    }),
  );
});
