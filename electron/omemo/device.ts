/**
 * Our own device: its keys and the bundle it publishes (XEP-0384 0.3 §4.2, §4.3). The identity key is permanent, a
 * signed prekey is used for a week, a prekey for one session.
 */
import { randomInt } from "node:crypto";
import { newKeyPair } from "./ratchet/curve.ts";
import { library } from "./ratchet/library.ts";
import type { Bundle, OmemoChange, OwnDevice, StoredPreKey, StoredSignedPreKey } from "./ports.ts";

/** Number of published prekeys. */
export const PREKEYS = 100;
/** ms */
const ROTATED_AFTER = 7 * 24 * 3600_000;
/** How long a replaced signed prekey is kept for messages still in transit, ms. */
export const SIGNED_PREKEY_KEPT = 31 * 24 * 3600_000;
/** Signal uses 24-bit ids for prekeys. */
const LAST_ID = 0xffffff;

/** The next id. Skips 0, which means "none" in a message. */
const after = (id: number): number => (id % LAST_ID) + 1;

/**
 * Creates our device. The caller checks that its id is not taken.
 * @param now ms
 * @returns the device and the changes to store
 */
export async function makeDevice(now: number): Promise<{ own: OwnDevice; changes: OmemoChange[] }> {
  const own: OwnDevice = { id: randomInt(1, 2 ** 31), identity: newKeyPair() };
  const signed = await signedPreKey(own, 1, now);
  return {
    own,
    changes: [
      { kind: "own", own },
      { kind: "signedPreKey", add: signed },
      { kind: "prekeys", add: await refill(PREKEYS, 0) },
    ],
  };
}

/**
 * Creates prekeys.
 * @param count 0 or less creates none
 * @param lastId the highest id ever used, 0 for none
 */
export function refill(count: number, lastId: number): Promise<StoredPreKey[]> {
  const more: StoredPreKey[] = [];
  for (let id = after(lastId); more.length < count; id = after(id)) more.push({ id, ...newKeyPair() });
  return Promise.resolve(more);
}

/**
 * Creates a new signed prekey when the newest one is a week old.
 * @param newest the published signed prekey
 * @param now ms
 * @returns null if the newest is younger than a week
 */
export async function rotate(
  own: OwnDevice,
  newest: StoredSignedPreKey | null,
  now: number,
): Promise<StoredSignedPreKey | null> {
  // A clock that was set back must not extend the life of a key.
  if (newest !== null && Math.abs(now - newest.createdAt) < ROTATED_AFTER) return null;
  return signedPreKey(own, after(newest?.id ?? 0), now);
}

async function signedPreKey(own: OwnDevice, id: number, now: number): Promise<StoredSignedPreKey> {
  const pair = newKeyPair();
  const { sign } = await library();
  return { id, ...pair, signature: sign(own.identity.privateKey, pair.publicKey), createdAt: now };
}

/** The bundle that our device publishes. */
export function bundleOf(
  own: OwnDevice,
  { id, publicKey, signature }: Omit<StoredSignedPreKey, "privateKey" | "createdAt">,
  preKeys: readonly Omit<StoredPreKey, "privateKey">[],
): Bundle {
  return {
    identityKey: own.identity.publicKey,
    signedPreKey: { id, key: publicKey, signature },
    preKeys: preKeys.map((one) => ({ id: one.id, key: one.publicKey })),
  };
}
