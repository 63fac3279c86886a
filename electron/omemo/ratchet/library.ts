/**
 * libsignal-protocol-typescript, which implements X3DH, the Double Ratchet and its messages, with our fixes. It is
 * loaded on first use, because loading takes a tenth of a second.
 *
 * - Its curve, WebAssembly compiled to JavaScript, is slow and replaced by ours. Only signing, once a week, still uses
 *   it.
 * - The library expects `verify` of a curve to return true for an INVALID signature. A curve with the natural meaning
 *   would accept every forged bundle and reject every valid one.
 * - WebCrypto is asynchronous and creates a key object for every call. HMAC and AES use Node and @noble instead.
 * - The glue code of its curve reads `__dirname`, which does not exist in a module, and adds process listeners that
 *   abort the process on any rejected promise. We provide the first and remove the second.
 */
import { createCipheriv, createDecipheriv, webcrypto } from "node:crypto";
import type * as Signal from "@privacyresearch/libsignal-protocol-typescript";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { owned, view } from "./bytes.ts";
import { keyPair, sharedSecret, signatureIsValid } from "./curve.ts";

export type Library = typeof Signal & {
  /** Signs with XEdDSA. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
};

/** HMAC-SHA-256 in JavaScript: for 32 bytes, the call into native code costs more than the hash. */
export const hmacSha256 = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(sha256, key, data);

let loading: Promise<Library> | null = null;

export function library(): Promise<Library> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

const HOOKS = ["uncaughtException", "unhandledRejection"] as const;

async function load(): Promise<Library> {
  const before = HOOKS.map((name) => new Set<unknown>(process.listeners(name as "uncaughtException")));
  const world = globalThis as { __dirname?: string };
  const bare = !("__dirname" in world);
  if (bare) world.__dirname = import.meta.dirname;
  try {
    const signal = await import("@privacyresearch/libsignal-protocol-typescript");
    signal.setWebCrypto(crypto as never);
    const { Curve: signing } = await createCurve(signal)();
    signal.setCurve({
      keyPair: (seed) => Promise.resolve(keyPair(seed)),
      sharedSecret: (pubKey, privKey) => Promise.resolve(sharedSecret(pubKey, privKey)),
      sign: (privKey, message) => Promise.resolve(signing.calculateSignature(privKey, message)),
      verify: (pubKey, message, signature) =>
        Promise.resolve(!signatureIsValid(view(pubKey), view(message), view(signature))),
    });
    const sign = (privateKey: Uint8Array, message: Uint8Array) =>
      view(signing.calculateSignature(owned(privateKey), owned(message)) as ArrayBuffer);
    return { ...signal, sign };
  } finally {
    if (bare) delete world.__dirname;
    for (const [at, name] of HOOKS.entries()) {
      for (const listener of process.listeners(name as "uncaughtException")) {
        if (!before[at]!.has(listener)) process.removeListener(name, listener);
      }
    }
  }
}

/** The default export, which Node nests one level deeper than the bundler does. */
function createCurve(signal: typeof Signal): typeof Signal.default {
  const outer = signal.default as unknown;
  return typeof outer === "function" ? signal.default : (outer as { default: typeof Signal.default }).default;
}

/** The part of WebCrypto that the library uses. Its keys are plain bytes. */
const crypto = {
  getRandomValues: (array: Uint8Array<ArrayBuffer>) => webcrypto.getRandomValues(array),
  subtle: {
    importKey: (_format: "raw", key: ArrayBuffer) => Promise.resolve(new Uint8Array(key)),
    sign: (_algorithm: object, key: Uint8Array, data: ArrayBuffer) =>
      Promise.resolve(owned(hmacSha256(key, new Uint8Array(data)))),
    encrypt: ({ iv }: { iv: Uint8Array }, key: Uint8Array, data: ArrayBuffer) => {
      const cipher = createCipheriv("aes-256-cbc", key, iv);
      return Promise.resolve(owned(Buffer.concat([cipher.update(new Uint8Array(data)), cipher.final()])));
    },
    decrypt({ iv }: { iv: Uint8Array }, key: Uint8Array, data: ArrayBuffer) {
      const cipher = createDecipheriv("aes-256-cbc", key, iv);
      return Promise.resolve(owned(Buffer.concat([cipher.update(new Uint8Array(data)), cipher.final()])));
    },
  },
};
