import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newKeyPair } from "./curve.ts";
import { parseKey } from "./whisper.ts";

const { publicKey: ratchetKey } = newKeyPair();
const { publicKey: baseKey } = newKeyPair();
const { publicKey: identityKey } = newKeyPair();
const MAC = [1, 2, 3, 4, 5, 6, 7, 8];

const bytes = (field: number, value: Iterable<number>): number[] => {
  const all = [...value];
  return [(field << 3) | 2, ...(all.length < 128 ? [all.length] : [(all.length & 127) | 128, all.length >> 7]), ...all];
};
const number = (field: number, ...varint: number[]): number[] => [field << 3, ...varint];
const ciphertext = new Uint8Array(48);
const body = [...bytes(1, ratchetKey), ...number(2, 0x96, 1), ...number(3, 7), ...bytes(4, ciphertext)];
const whisper = (fields: number[] = body): Uint8Array => Uint8Array.of(0x33, ...fields, ...MAC);
const outer = [...number(5, 9), ...number(1, 3), ...number(6, 4), ...bytes(2, baseKey), ...bytes(3, identityKey)];
const prekey = (fields: number[] = [...outer, ...bytes(4, whisper())]): Uint8Array => Uint8Array.of(0x33, ...fields);

describe("content of `<key/>`", () => {
  const message = {
    kind: "whisper",
    chain: Buffer.from(ratchetKey).toString("base64"),
    counter: 150,
    previousCounter: 7,
    bytes: whisper().buffer,
  };

  test.each([true, false])("is parsed as what it is, whatever the header says: prekey=%s", (says) => {
    expect(parseKey(whisper(), says)).toEqual(message);
    const parsed = parseKey(prekey(), says);
    expect(parsed).toEqual({
      kind: "prekey",
      preKeyId: 3,
      signedPreKeyId: 4,
      baseKey: Uint8Array.from(baseKey).buffer,
      identityKey: Uint8Array.from(identityKey).buffer,
      message,
    });
  });

  test("may omit fields that are 0, contain unknown fields, and repeat a field", () => {
    expect(parseKey(whisper([...bytes(1, ratchetKey), ...bytes(4, ciphertext)]), false)).toMatchObject({
      counter: 0,
      previousCounter: 0,
    });
    expect(parseKey(whisper([...body, ...number(15, 1), ...bytes(14, [1, 2])]), false)).toMatchObject({ counter: 150 });
    expect(parseKey(whisper([...body, ...number(2, 5)]), false)).toMatchObject({ counter: 5 });
    // -1 as a 64-bit number, as protobuf encodes a signed one.
    expect(
      parseKey(whisper([...body, ...number(3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)]), false),
    ).toMatchObject({ previousCounter: 2 ** 32 - 1 });
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["another version", Uint8Array.of(0x34, ...whisper().subarray(1))],
    ["only a MAC", Uint8Array.of(0x33, ...MAC)],
    ["no ratchet key", whisper([...number(2, 1), ...bytes(4, ciphertext)])],
    ["a ratchet key without its type", whisper([...bytes(1, ratchetKey.subarray(1)), ...bytes(4, ciphertext)])],
    ["a ratchet key that is a number", whisper([...number(1, 5), ...bytes(4, ciphertext)])],
    ["no ciphertext", whisper([...bytes(1, ratchetKey)])],
    ["a ciphertext of half a block", whisper([...bytes(1, ratchetKey), ...bytes(4, ciphertext.subarray(8))])],
    ["a counter that is bytes", whisper([...bytes(1, ratchetKey), ...bytes(2, [1]), ...bytes(4, ciphertext)])],
    ["a group", whisper([...body, (9 << 3) | 3, (9 << 3) | 4])],
    ["field 0", whisper([...body, 0, 0])],
    ["an unterminated number", whisper([...body, ...number(9, ...Array.from({ length: 11 }, () => 255))])],
    ["bytes beyond the end", whisper([...body, (9 << 3) | 2, 100])],
    ["a PreKeyWhisperMessage without a message", prekey(outer)],
    ["a PreKeyWhisperMessage with other content", prekey([...outer, ...bytes(4, [1, 2, 3])])],
    [
      "a PreKeyWhisperMessage without an identity key",
      prekey([...number(6, 1), ...bytes(2, baseKey), ...bytes(4, whisper())]),
    ],
    [
      "a PreKeyWhisperMessage without a signed prekey",
      prekey([...bytes(2, baseKey), ...bytes(3, identityKey), ...bytes(4, whisper())]),
    ],
    [
      "too many bytes",
      whisper([
        ...bytes(1, ratchetKey),
        ...Array.from({ length: 500 }, () => bytes(9, [1, 2, 3, 4, 5, 6, 7])).flat(),
        ...bytes(4, ciphertext),
      ]),
    ],
  ])("is rejected: %s", (_, data) => {
    expect(parseKey(data, true)).toBeNull();
    expect(parseKey(data, false)).toBeNull();
  });

  test("may be any bytes without an exception", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
        (junk, says) => void parseKey(Uint8Array.of(0x33, ...junk), says),
      ),
      { numRuns: 1000 },
    );
  });
});
