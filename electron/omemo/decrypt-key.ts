/** Finds the session of a message, or begins a session from it. */
import { base64, same } from "./ratchet/bytes.ts";
import type { OmemoRecords, OwnDevice } from "./ports.ts";
import { decryptIn, respond, Undecryptable, type Budget } from "./ratchet/ratchet.ts";
import type { Session, SessionRecord } from "./ratchet/session.ts";
import type { PreKeyMessage, WhisperMessage } from "./ratchet/whisper.ts";

export interface DecryptedKey {
  secret: Uint8Array;
  /** The session after the message. */
  session: Session;
  /** The id of the prekey used up by a new session. Null: the session existed. */
  usedPreKey: number | null;
}

/** A ratchet message that belongs to none of our sessions. */
export class NoSession extends Error {}

/**
 * Decrypts a message in its session. A message with an unknown ratchet key may belong to any session, so all are tried,
 * the active one first.
 * @throws {NoSession} {Undecryptable}
 */
export async function decryptInSession(
  self: OwnDevice,
  record: SessionRecord,
  message: WhisperMessage,
  budget: Budget,
): Promise<DecryptedKey> {
  const owner = record.find(({ receiving }) => receiving.some(({ name }) => name === message.chain));
  if (owner !== undefined) return { ...(await decryptIn(self, owner, message, budget)), usedPreKey: null };
  if (record.length === 0) throw new NoSession();
  for (const session of record) {
    try {
      return { ...(await decryptIn(self, session, message, budget)), usedPreKey: null };
    } catch (error) {
      if (!(error instanceof Undecryptable)) throw error;
    }
  }
  throw new Undecryptable("session-broken");
}

/**
 * Decrypts a message that begins a session, or one that was already begun by it. A new session requires a one-time
 * prekey of ours: without one, an attacker could replay the message later and begin the same session again.
 * @throws {Undecryptable} also if the prekey is gone
 */
export async function decryptFirst(
  self: OwnDevice,
  records: Pick<OmemoRecords, "preKey" | "signedPreKey">,
  record: SessionRecord,
  message: PreKeyMessage,
  budget: Budget,
): Promise<DecryptedKey> {
  const existing = record.find(({ ours, baseKey }) => !ours && same(baseKey, message.baseKey));
  if (existing !== undefined)
    return { ...(await decryptIn(self, existing, message.message, budget)), usedPreKey: null };
  const [signed, oneTime] = await Promise.all([
    records.signedPreKey(message.signedPreKeyId),
    message.preKeyId === 0 ? null : records.preKey(message.preKeyId),
  ]);
  if (signed === null || oneTime === null) throw new Undecryptable("session-broken");
  const begun = await respond(self, message, signed, oneTime, 0, budget);
  return { ...(await decryptIn(self, begun, message.message, budget)), usedPreKey: message.preKeyId };
}

/** Whether this is our own identity key, which no other device can have. */
export const isOurs = (self: OwnDevice, key: Uint8Array | ArrayBuffer): boolean =>
  base64(key) === base64(self.identity.publicKey);
