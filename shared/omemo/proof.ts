/**
 * Proof of knowing a secret without showing it: HMAC-SHA-256 (RFC 2104) over who proves it, to whom, and what the other
 * side chose at random. Used on loopback, where any program of the machine may be the one that listens on a port.
 */

/** Who proves; so that nobody can send a proof back to the one it came from. */
export type Prover = "server" | "page" | "running" | "second-start";

/** 32 random bytes in hex. */
export const newNonce = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));

export const isNonce = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** @param about everything that the proof is bound to, such as host and nonces of both sides */
export async function prove(secret: string, prover: Prover, about: readonly string[]): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), message(prover, about))));
}

/** @param proof as it came; hostile */
export async function isProof(
  proof: unknown,
  secret: string,
  prover: Prover,
  about: readonly string[],
): Promise<boolean> {
  if (!isNonce(proof)) return false; // of the same form
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => parseInt(proof.slice(2 * index, 2 * index + 2), 16));
  return crypto.subtle.verify("HMAC", await keyOf(secret), bytes, message(prover, about));
}

const keyOf = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);

/** As JSON: no two lists of parts give the same bytes. */
const message = (prover: Prover, about: readonly string[]): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(["jackdaw", prover, ...about]));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
