/** The text of a message, with AES-128-GCM (XEP-0384 0.3 §4.5). */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const KEY = 16;
const TAG = 16;
/** What a sender should use with GCM (NIST SP 800-38D §5.2.1.1); older clients send 16 bytes. */
const IV = 12;

export interface SealedPayload {
  iv: Uint8Array;
  /** Null: there is no text, only a key. */
  payload: Uint8Array | null;
  /** What each device gets, encrypted by its session: the key and the tag. */
  secret: Uint8Array;
}

/** Why a payload cannot be opened. */
export class BadPayload extends Error {
  readonly problem: "malformed" | "tampered";
  constructor(problem: BadPayload["problem"]) {
    super(problem);
    this.name = "BadPayload";
    this.problem = problem;
  }
}

/**
 * Encrypts a text under a new key.
 * @param text null: only a key, for envelopes that have no payload (§4.6)
 * @param random where key and IV come from
 */
export function sealPayload(text: string | null, random: (size: number) => Uint8Array = randomBytes): SealedPayload {
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

/** Whether an IV has a length that is in use. */
export const isIv = (iv: Uint8Array): boolean => iv.byteLength === IV || iv.byteLength === 16;

/**
 * Decrypts a payload.
 * @param secret key and tag; or, from old clients, the key alone, and the tag is the payload's end
 * @throws {BadPayload} `malformed` for lengths that cannot be, `tampered` when the tag does not fit
 */
export function openPayload(secret: Uint8Array, iv: Uint8Array, payload: Uint8Array): string {
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

/** Whether what a session decrypted can be a key, with or without its tag. */
export const isSecret = (secret: Uint8Array): boolean => secret.byteLength === KEY || secret.byteLength === KEY + TAG;
