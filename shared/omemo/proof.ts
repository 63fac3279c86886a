/**
 * Proves knowledge of a secret without revealing it: HMAC-SHA-256 (RFC 2104) over the role of the prover, the context
 * and both nonces. Used on loopback, where any local program may listen on a port.
 */

/** The role of the prover; prevents a proof from being reflected to its sender. */
export type Prover = "server" | "page" | "running" | "second-start";

/** 32 random bytes in hex. */
export const newNonce = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));

export const isNonce = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** @param about the context that the proof is bound to, such as the host and the nonces of both sides */
export async function prove(secret: string, prover: Prover, about: readonly string[]): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), message(prover, about))));
}

/** @param proof as received; hostile */
export async function isProof(
  proof: unknown,
  secret: string,
  prover: Prover,
  about: readonly string[],
): Promise<boolean> {
  if (!isNonce(proof)) return false; // same format as a nonce
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => parseInt(proof.slice(2 * index, 2 * index + 2), 16));
  return crypto.subtle.verify("HMAC", await keyOf(secret), bytes, message(prover, about));
}

const keyOf = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);

/** JSON is unambiguous: different lists of parts give different bytes. */
const message = (prover: Prover, about: readonly string[]): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(["jackdaw", prover, ...about]));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
