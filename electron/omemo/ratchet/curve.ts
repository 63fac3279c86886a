/**
 * Curve25519 with node:crypto: X25519 key pairs and agreement (RFC 7748), and verification of XEdDSA signatures ("The
 * XEdDSA and VXEdDSA Signature Schemes", §2.3), which is Ed25519 verification with a converted public key.
 */
import { createPrivateKey, createPublicKey, diffieHellman, randomBytes, verify, type KeyObject } from "node:crypto";
import { log } from "../../log/log.ts";
import { owned, view } from "./bytes.ts";

const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");
const SPKI_X25519 = Buffer.from("302a300506032b656e032100", "hex");
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex");
const P = 2n ** 255n - 19n;

/** Parsing a private key costs as much as using it, and each ratchet step uses the same ones again. */
const parsed = new WeakMap<ArrayBuffer, KeyObject>();

function privateKeyOf(raw: ArrayBuffer): KeyObject {
  let key = parsed.get(raw);
  if (key === undefined) {
    key = createPrivateKey({ key: Buffer.concat([PKCS8, view(raw)]), format: "der", type: "pkcs8" });
    parsed.set(raw, key);
  }
  return key;
}

/**
 * @returns the public key without type byte, and the clamped private key: bits 0–2 cleared, bit 254 set, bit 255
 * cleared (RFC 7748 §5)
 */
export function keyPair(seed: ArrayBuffer): { pubKey: ArrayBuffer; privKey: ArrayBuffer } {
  const clamped = Uint8Array.from(view(seed));
  clamped[0]! &= 248;
  clamped[31]! = (clamped[31]! & 127) | 64;
  const privKey = clamped.buffer;
  const spki = createPublicKey(privateKeyOf(privKey) as never).export({ format: "der", type: "spki" });
  return { pubKey: owned(spki.subarray(-32)), privKey };
}

/** Creates a key pair; the public key has its type byte. */
export function newKeyPair(): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const { pubKey, privKey } = keyPair(owned(randomBytes(32)));
  return { publicKey: Uint8Array.of(5, ...view(pubKey)), privateKey: view(privKey) };
}

/**
 * @param pubKey without type byte
 * @throws if the public key is a point of low order, which would make the result predictable
 */
export function sharedSecret(pubKey: ArrayBuffer, privKey: ArrayBuffer): ArrayBuffer {
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_X25519, new Uint8Array(pubKey)]),
    format: "der",
    type: "spki",
  });
  return owned(diffieHellman({ publicKey, privateKey: privateKeyOf(privKey) }));
}

/**
 * Whether a signature is valid: true for yes. The library expects the opposite, see library.ts.
 * @param pubKey without type byte
 * @param signature 64 bytes; its highest bit is the sign of the Edwards key
 */
export function signatureIsValid(pubKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (pubKey.byteLength !== 32 || signature.byteLength !== 64) return false;
  const edwards = edwardsOf(pubKey);
  if (edwards === null) return false;
  edwards[31]! |= signature[63]! & 0x80;
  const plain = Uint8Array.from(signature);
  plain[63]! &= 0x7f;
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, edwards]), format: "der", type: "spki" });
    return verify(null, message, key, plain);
  } catch (error) {
    log.debug("omemo", "a signature cannot be checked", error);
    return false;
  }
}

/** y = (u − 1) / (u + 1), as 32 bytes. Null for u = −1, which has none. */
function edwardsOf(montgomery: Uint8Array): Uint8Array | null {
  const little = Uint8Array.from(montgomery);
  little[31]! &= 0x7f;
  const u = BigInt(`0x${Buffer.from(little.toReversed()).toString("hex")}`) % P;
  if (u === P - 1n) return null;
  const y = ((u - 1n + P) * inverse(u + 1n)) % P;
  return Uint8Array.from(Buffer.from(y.toString(16).padStart(64, "0"), "hex")).reverse();
}

/** The extended Euclidean algorithm. Its time depends on the number, so it is only for public values. */
function inverse(of: bigint): bigint {
  let [a, b, x, y] = [of % P, P, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return ((x % P) + P) % P;
}
