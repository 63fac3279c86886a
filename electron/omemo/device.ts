/**
 * Our own device: its keys, and what is published of them (XEP-0384 0.3 §4.2, §4.3). An identity key for ever, a signed
 * prekey for a week, prekeys for one session each.
 */
import { randomInt } from "node:crypto";
import { newKeyPair } from "./ratchet/curve.ts";
import { library } from "./ratchet/library.ts";
import type { Bundle, OmemoChange, OwnDevice, StoredPreKey, StoredSignedPreKey } from "./ports.ts";

/** How many prekeys are published. */
export const PREKEYS = 100;
/** ms */
const ROTATED_AFTER = 7 * 24 * 3600_000;
/** How long a signed prekey is kept after a newer one took its place, for messages that are still under way, ms. */
export const SIGNED_PREKEY_KEPT = 31 * 24 * 3600_000;
/** Signal gives its ids 24 bits. */
const LAST_ID = 0xffffff;

/** The id after this one; never 0, which in a message means none. */
const after = (id: number): number => (id % LAST_ID) + 1;

/**
 * Makes our device. Whether its id is free is for the caller to ask.
 * @param now ms
 * @returns it, and what is to be stored
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
 * More prekeys.
 * @param count none when it is 0 or less
 * @param lastId the highest id ever given, 0 when none
 */
export function refill(count: number, lastId: number): Promise<StoredPreKey[]> {
  const more: StoredPreKey[] = [];
  for (let id = after(lastId); more.length < count; id = after(id)) more.push({ id, ...newKeyPair() });
  return Promise.resolve(more);
}

/**
 * A new signed prekey when it is time for one.
 * @param newest the one that is published now
 * @param now ms
 * @returns null: the newest is younger than a week
 */
export async function rotate(
  own: OwnDevice,
  newest: StoredSignedPreKey | null,
  now: number,
): Promise<StoredSignedPreKey | null> {
  // A clock that was set back must not keep a key alive.
  if (newest !== null && Math.abs(now - newest.createdAt) < ROTATED_AFTER) return null;
  return signedPreKey(own, after(newest?.id ?? 0), now);
}

async function signedPreKey(own: OwnDevice, id: number, now: number): Promise<StoredSignedPreKey> {
  const pair = newKeyPair();
  const { sign } = await library();
  return { id, ...pair, signature: sign(own.identity.privateKey, pair.publicKey), createdAt: now };
}

/** What we publish. */
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
