/** Encrypts and decrypts the text of a message with AES-128-GCM (XEP-0384 0.3 §4.5). */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const KEY = 16;
const TAG = 16;
/** The recommended IV length for GCM (NIST SP 800-38D §5.2.1.1); older clients send 16 bytes. */
const IV = 12;

export interface EncryptedPayload {
  iv: Uint8Array;
  /** Null: no text, only a key. */
  payload: Uint8Array | null;
  /** Key and tag, which the session of each device encrypts. */
  secret: Uint8Array;
}

/** Why a payload cannot be decrypted. */
export class BadPayload extends Error {
  readonly problem: "malformed" | "tampered";
  constructor(problem: BadPayload["problem"]) {
    super(problem);
    this.name = "BadPayload";
    this.problem = problem;
  }
}

/**
 * Encrypts a text with a new key.
 * @param text null for an envelope without payload (§4.6)
 * @param random source of key and IV
 */
export function encryptPayload(
  text: string | null,
  random: (size: number) => Uint8Array = randomBytes,
): EncryptedPayload {
  const key = random(KEY);
  const iv = random(IV);
  const cipher = createCipheriv("aes-128-gcm", key, iv, { authTagLength: TAG });
  const payload = Buffer.concat([cipher.update(text ?? "", "utf8"), cipher.final()]);
  return {
    iv: Uint8Array.from(iv),
    payload: text === null ? null : payload,
    secret: Buffer.concat([key, cipher.getAuthTag()]),
  };
}

/** Whether the IV has a length in use. */
export const isIv = (iv: Uint8Array): boolean => iv.byteLength === IV || iv.byteLength === 16;

/**
 * Decrypts a payload.
 * @param secret key and tag. Old clients send the key alone and append the tag to the payload.
 * @throws {BadPayload} `malformed` for an impossible length, `tampered` if the tag does not match
 */
export function decryptPayload(secret: Uint8Array, iv: Uint8Array, payload: Uint8Array): string {
  if (!isIv(iv)) throw new BadPayload("malformed");
  let [text, tag] = [payload, secret.subarray(KEY)];
  if (secret.byteLength === KEY) {
    if (payload.byteLength < TAG) throw new BadPayload("malformed");
    [text, tag] = [payload.subarray(0, -TAG), payload.subarray(-TAG)];
  } else if (!isSecret(secret)) throw new BadPayload("malformed");
  const cipher = createDecipheriv("aes-128-gcm", secret.subarray(0, KEY), iv, { authTagLength: TAG });
  cipher.setAuthTag(tag);
  try {
    return Buffer.concat([cipher.update(text), cipher.final()]).toString("utf8");
  } catch {
    throw new BadPayload("tampered");
  }
}

/** Whether the decrypted content of a `<key/>` has the length of a key, with or without tag. */
export const isSecret = (secret: Uint8Array): boolean => secret.byteLength === KEY || secret.byteLength === KEY + TAG;
