import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadPayload, decryptPayload, encryptPayload } from "./payload.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array): string => Buffer.from(data).toString("hex");
const problem = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof BadPayload) return error.problem;
    throw error;
  }
  return "none";
};

describe("AES-128-GCM test vectors", () => {
  // "The Galois/Counter Mode of Operation", appendix B, test cases 1 and 2.
  test("matches the GCM specification", () => {
    const zeros = (size: number) => new Uint8Array(size);
    const empty = encryptPayload("", zeros);
    expect([hex(empty.payload!), hex(empty.secret)]).toEqual([
      "",
      "00".repeat(16) + "58e2fccefa7e3061367f1d57a4e7455a",
    ]);
    const block = encryptPayload("\0".repeat(16), zeros);
    expect(hex(block.payload!)).toBe("0388dace60b6a392f328c2b971b2fe78");
    expect(hex(block.secret)).toBe("00".repeat(16) + "ab6e47d42cec13bdf53a67b21257bddf");
  });

  // Generated with the Python package `cryptography`.
  const key = "000102030405060708090a0b0c0d0e0f";
  const vectors = [
    {
      iv: "101112131415161718191a1b",
      payload: "8e4f60c46b2ec1cff55dced5049b",
      tag: "4418395a7583719ddd1b6bbfd2928861",
    },
    {
      iv: "101112131415161718191a1b1c1d1e1f",
      payload: "8fff94dd19d353a8349850a26293",
      tag: "444e4ea3349430f60635b99ff84eccea",
    },
  ];
  test.each(vectors)("accepts the tag after the key or at the end of the payload: $iv", ({ iv, payload, tag }) => {
    expect(decryptPayload(bytes(key + tag), bytes(iv), bytes(payload))).toBe("Jackdaw – ü");
    expect(decryptPayload(bytes(key), bytes(iv), bytes(payload + tag))).toBe("Jackdaw – ü");
  });
});

test("decrypts an encrypted payload, and rejects any changed byte", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(), fc.nat(7), (text, at, bit) => {
      const { iv, payload, secret } = encryptPayload(text);
      expect([iv.length, secret.length]).toEqual([12, 32]);
      expect(decryptPayload(secret, iv, payload!)).toBe(text);
      const changed = (of: Uint8Array): Uint8Array =>
        of.map((byte, index) => (index === at % of.length ? byte ^ (1 << bit) : byte));
      if (payload!.length > 0) expect(problem(() => decryptPayload(secret, iv, changed(payload!)))).toBe("tampered");
      expect(problem(() => decryptPayload(secret, changed(iv), payload!))).toBe("tampered");
      expect(problem(() => decryptPayload(changed(secret), iv, payload!))).toBe("tampered");
    }),
  );
});

test("never uses a key or an IV twice", () => {
  const [a, b] = [encryptPayload("x"), encryptPayload("x")];
  expect(hex(a.iv)).not.toBe(hex(b.iv));
  expect(hex(a.secret.subarray(0, 16))).not.toBe(hex(b.secret.subarray(0, 16)));
});

test("produces no payload for a key transport message", () => {
  const { payload, secret } = encryptPayload(null);
  expect(payload).toBeNull();
  expect(secret).toHaveLength(32);
});

test("rejects impossible lengths as malformed", () => {
  for (const size of [0, 1, 15, 17, 31, 33, 48])
    expect(problem(() => decryptPayload(new Uint8Array(size), new Uint8Array(12), new Uint8Array(20)))).toBe(
      "malformed",
    );
  for (const size of [0, 1, 11, 13, 15, 17, 32])
    expect(problem(() => decryptPayload(new Uint8Array(32), new Uint8Array(size), new Uint8Array(20)))).toBe(
      "malformed",
    );
  for (const size of [0, 15])
    expect(problem(() => decryptPayload(new Uint8Array(16), new Uint8Array(12), new Uint8Array(size)))).toBe(
      "malformed",
    );
});

test("encrypts and decrypts a text of five megabytes", () => {
  const text = "ä".repeat(2_500_000);
  const { iv, payload, secret } = encryptPayload(text);
  expect(decryptPayload(secret, iv, payload!) === text).toBe(true);
});
