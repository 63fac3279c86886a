import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { owned } from "./bytes.ts";
import { keyPair, newKeyPair, sharedSecret, signatureIsValid } from "./curve.ts";
import { TestDevice } from "../testing/device.ts";
import { library } from "./library.ts";
import { BadBundle, type Bundle } from "../ports.ts";

const bytes = (hex: string): ArrayBuffer => owned(Buffer.from(hex, "hex"));
const hex = (buffer: ArrayBuffer | Uint8Array): string => Buffer.from(new Uint8Array(buffer)).toString("hex");
const flipped = (of: Uint8Array, bit: number): Uint8Array =>
  of.map((byte, at) => (at === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe("X25519", () => {
  test("matches the test vectors of RFC 7748 §5.2 and §6.1", () => {
    const scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    const u = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    expect(hex(sharedSecret(u, scalar))).toBe("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    const bob = keyPair(bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    expect(hex(bob.pubKey)).toBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  });

  test("rejects points of low order, which would make the secret predictable", () => {
    const { privateKey } = newKeyPair();
    for (const low of ["00", "01", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b8"]) {
      expect(() => sharedSecret(bytes(low.padEnd(64, "0")), owned(privateKey))).toThrow();
    }
  });
});

describe("XEdDSA", () => {
  test("accepts a signature of the library, and rejects one with a changed bit", async () => {
    const { sign } = await library();
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 33, maxLength: 33 }),
        fc.nat(64 * 8 - 1),
        fc.nat(32 * 8 - 1),
        (message, inSignature, inKey) => {
          const { publicKey, privateKey } = newKeyPair();
          const signature = sign(privateKey, message);
          const key = publicKey.subarray(1);
          expect(signatureIsValid(key, message, signature)).toBe(true);
          expect(signatureIsValid(key, message, flipped(signature, inSignature))).toBe(false);
          expect(signatureIsValid(key, flipped(message, inKey), signature)).toBe(false);
          // The highest bit of a coordinate is ignored (RFC 7748 §5).
          if (inKey !== 255) expect(signatureIsValid(flipped(key, inKey), message, signature)).toBe(false);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("returns false for an invalid key or signature", () => {
    const minusOne = Uint8Array.from(Buffer.from("ec".padEnd(62, "f") + "7f", "hex"));
    expect(signatureIsValid(minusOne, new Uint8Array(33), new Uint8Array(64))).toBe(false);
    expect(signatureIsValid(new Uint8Array(31), new Uint8Array(33), new Uint8Array(64))).toBe(false);
    expect(signatureIsValid(new Uint8Array(32), new Uint8Array(33), new Uint8Array(63))).toBe(false);
    expect(signatureIsValid(new Uint8Array(32).fill(255), new Uint8Array(33), new Uint8Array(64).fill(255))).toBe(
      false,
    );
  });
});

describe("libsignal-protocol-typescript", () => {
  test("leaves no process listener and no global behind", async () => {
    await library();
    const ours = [
      ...process.listeners("uncaughtException"),
      ...process.listeners("unhandledRejection" as "uncaughtException"),
    ];
    expect(ours.filter((listener) => /ExitStatus|abort\(what\)/.test(String(listener)))).toEqual([]);
  });

  test("begins a session from a signed bundle, and rejects one whose signature differs by a bit", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const good = bob.bundle;
    const { signature } = good.signedPreKey;
    for (const bit of [0, 255, 256, 504, 511]) {
      const forged: Bundle = { ...good, signedPreKey: { ...good.signedPreKey, signature: flipped(signature, bit) } };
      await expect(alice.begin(bob, forged)).rejects.toThrow(BadBundle);
      expect(alice.stored.sessions.size + alice.stored.known.length).toBe(0);
    }
    const other: Bundle = { ...good, signedPreKey: { ...good.signedPreKey, key: newKeyPair().publicKey } };
    await expect(alice.begin(bob, other)).rejects.toThrow(BadBundle);
    await alice.begin(bob, good);
    expect(await bob.text(alice, await alice.write("signed", bob))).toBe("signed");
  });

  test("verifies signatures correctly in its own session builder", async () => {
    const { SessionBuilder, SignalProtocolAddress } = await library();
    const identity = newKeyPair();
    const [signed, oneTime] = [newKeyPair(), newKeyPair()];
    const storage = {
      isTrustedIdentity: () => Promise.resolve(true),
      getIdentityKeyPair: () =>
        Promise.resolve({ pubKey: owned(identity.publicKey), privKey: owned(identity.privateKey) }),
      loadSession: () => Promise.resolve(undefined),
      storeSession: () => Promise.resolve(),
      saveIdentity: () => Promise.resolve(true),
    };
    const begin = (signature: Uint8Array) =>
      new SessionBuilder(storage as never, new SignalProtocolAddress("", 0)).processPreKeyJob({
        identityKey: owned(identity.publicKey),
        signedPreKey: { keyId: 1, publicKey: owned(signed.publicKey), signature: owned(signature) },
        preKey: { keyId: 1, publicKey: owned(oneTime.publicKey) },
      });
    const right = (await library()).sign(identity.privateKey, signed.publicKey);
    await expect(begin(right)).resolves.toBeDefined();
    await expect(begin(flipped(right, 7))).rejects.toThrow("Invalid signature");
  });
});
