/** Which session a message belongs to, and the session that a message begins. */
import { base64, same } from "./ratchet/bytes.ts";
import type { OmemoRecords, OwnDevice } from "./ports.ts";
import { decryptIn, respond, Undecryptable, type Budget } from "./ratchet/ratchet.ts";
import type { Session, SessionRecord } from "./ratchet/session.ts";
import type { PreKeyMessage, WhisperMessage } from "./ratchet/whisper.ts";

export interface OpenedKey {
  secret: Uint8Array;
  /** After the message. */
  session: Session;
  /** The prekey that a new session has used up; null: the session was there. */
  began: number | null;
}

/** A ratchet message of no session that we have. */
export class NoSession extends Error {}

/**
 * Decrypts a message in the session that it belongs to. A message that names a ratchet key that is new may be of any
 * session: they are tried, the one that we write in first.
 * @throws {NoSession} {Undecryptable}
 */
export async function openIn(
  self: OwnDevice,
  record: SessionRecord,
  message: WhisperMessage,
  budget: Budget,
): Promise<OpenedKey> {
  const owner = record.find(({ receiving }) => receiving.some(({ name }) => name === message.chain));
  if (owner !== undefined) return { ...(await decryptIn(self, owner, message, budget)), began: null };
  if (record.length === 0) throw new NoSession();
  for (const session of record) {
    try {
      return { ...(await decryptIn(self, session, message, budget)), began: null };
    } catch (error) {
      if (!(error instanceof Undecryptable)) throw error;
    }
  }
  throw new Undecryptable("session-broken");
}

/**
 * Decrypts a message that begins a session, for the first time or once more. A new session takes a prekey of ours:
 * without one the same message could be brought again later, and would begin the same session again.
 * @throws {Undecryptable} also when the prekey is gone
 */
export async function openFirst(
  self: OwnDevice,
  records: Pick<OmemoRecords, "preKey" | "signedPreKey">,
  record: SessionRecord,
  message: PreKeyMessage,
  budget: Budget,
): Promise<OpenedKey> {
  const there = record.find(({ ours, baseKey }) => !ours && same(baseKey, message.baseKey));
  if (there !== undefined) return { ...(await decryptIn(self, there, message.message, budget)), began: null };
  const [signed, oneTime] = await Promise.all([
    records.signedPreKey(message.signedPreKeyId),
    message.preKeyId === 0 ? null : records.preKey(message.preKeyId),
  ]);
  if (signed === null || oneTime === null) throw new Undecryptable("session-broken");
  const begun = await respond(self, message, signed, oneTime, 0, budget);
  return { ...(await decryptIn(self, begun, message.message, budget)), began: message.preKeyId };
}

/** Whether a public key is the one that we go by ourselves: nobody else can have it. */
export const isOurs = (self: OwnDevice, key: Uint8Array | ArrayBuffer): boolean =>
  base64(key) === base64(self.identity.publicKey);
