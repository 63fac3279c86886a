/**
 * One step of a session, performed by the library ("The Double Ratchet Algorithm", §3; "The X3DH Key Agreement
 * Protocol", §3).
 *
 * The library changes a session before it has authenticated the message, keeps every skipped key as an object and every
 * old chain permanently, and rejects more than 2,000 skipped messages. So it never sees our sessions: each step gets a
 * copy of one with only the chains that the message uses, and the result is adopted only if the message was authentic.
 */
/* eslint-disable jackdaw/foreign-keys -- libsignal keeps chains in an object. Their names are base64 of a public key,
   whose length was checked. */
import type { SessionCipher, SessionType, StorageType } from "@privacyresearch/libsignal-protocol-typescript";
import { base64, owned, view } from "./bytes.ts";
import { hmacSha256, library, type Library } from "./library.ts";
import { AGREEMENT, type Pace } from "../pace.ts";
import type { Bundle, OwnDevice, PublicKey, StoredPreKey } from "../ports.ts";
import { pruned, SKIPPED_MAX, type KeyPairBuffers, type ReceivingChain, type Session } from "./session.ts";
import { SkippedKeys } from "./skipped.ts";
import type { PreKeyMessage, WhisperMessage } from "./whisper.ts";

/** A message that cannot be decrypted. `repeated`: its key was already used. */
export class Undecryptable extends Error {
  readonly problem: "repeated" | "session-broken";
  constructor(problem: Undecryptable["problem"], cause?: unknown) {
    super(problem, { cause });
    this.name = "Undecryptable";
    this.problem = problem;
  }
}

/** The remaining work allowed for one message, in chain steps. A forged counter costs as much as a genuine one. */
export interface Budget {
  steps: number;
  readonly pace: Pace;
}

type Fork = SessionType;
type ForkChain = Fork["chains"][string];
const SENDING: ForkChain["chainType"] = 1;
const RECEIVING: ForkChain["chainType"] = 2;
const NEXT_MESSAGE = Uint8Array.of(1);
const NEXT_CHAIN = Uint8Array.of(2);

const buffers = ({ publicKey, privateKey }: { publicKey: Uint8Array; privateKey: Uint8Array }): KeyPairBuffers => ({
  pubKey: owned(publicKey),
  privKey: owned(privateKey),
});

/** Buffers of our identity key, kept because each new private-key buffer is parsed again, see curve.ts. */
const identities = new WeakMap<OwnDevice, KeyPairBuffers>();

function identityOf(self: OwnDevice): KeyPairBuffers {
  let identity = identities.get(self);
  if (identity === undefined) {
    identity = buffers(self.identity);
    identities.set(self, identity);
  }
  return identity;
}

/** The store that the library uses for keys and sessions: it returns what this step needs and saves nothing. */
const storage = (self: OwnDevice): StorageType =>
  ({
    getIdentityKeyPair: () => Promise.resolve(identityOf(self)),
    getLocalRegistrationId: () => Promise.resolve(self.id),
    isTrustedIdentity: () => Promise.resolve(true),
    saveIdentity: () => Promise.resolve(false),
    loadSession: () => Promise.resolve(undefined),
    storeSession: () => Promise.resolve(),
  }) as Partial<StorageType> as StorageType;

const cipherOf = (signal: Library, self: OwnDevice): SessionCipher =>
  new signal.SessionCipher(storage(self), new signal.SignalProtocolAddress("", 0));

/**
 * Begins a session from a bundle.
 * @param preKey the chosen prekey of the bundle
 * @throws if the signature is invalid or a key is not a point on the curve
 */
export async function initiate(self: OwnDevice, bundle: Bundle, preKey: PublicKey, now: number): Promise<Session> {
  const signal = await library();
  const { id, key, signature } = bundle.signedPreKey;
  const builder = new signal.SessionBuilder(storage(self), new signal.SignalProtocolAddress("", 0));
  const begun = await builder.processPreKeyJob({
    identityKey: owned(bundle.identityKey),
    signedPreKey: { keyId: id, publicKey: owned(key), signature: owned(signature) },
    preKey: { keyId: preKey.id, publicKey: owned(preKey.key) },
  });
  const baseKey = begun.indexInfo.baseKey!;
  const ratchet = begun.currentRatchet.ephemeralKeyPair!;
  const { chainKey } = begun.chains[base64(ratchet.pubKey)]!;
  return {
    ...core(begun, now),
    baseKey,
    ours: true,
    ratchet,
    pending: { baseKey, preKeyId: preKey.id, signedKeyId: id },
    sending: { key: chainKey.key!, counter: chainKey.counter },
  };
}

/** Begins a session from the first message of the peer. */
export async function respond(
  self: OwnDevice,
  message: PreKeyMessage,
  signed: StoredPreKey,
  oneTime: StoredPreKey,
  now: number,
  budget: Budget,
): Promise<Session> {
  await spend(budget, 2 * AGREEMENT);
  const signal = await library();
  const builder = new signal.SessionBuilder(storage(self), new signal.SignalProtocolAddress("", 0));
  const { baseKey, identityKey } = message;
  try {
    const begun = await builder.startSessionWthPreKeyMessage(buffers(oneTime), buffers(signed), {
      baseKey,
      identityKey,
    } as never);
    return {
      ...core(begun, now),
      baseKey,
      ours: false,
      ratchet: begun.currentRatchet.ephemeralKeyPair!,
      pending: null,
      sending: null,
    };
  } catch (error) {
    throw new Undecryptable("session-broken", error);
  }
}

const core = ({ indexInfo, currentRatchet }: Fork, now: number) => ({
  identityKey: indexInfo.remoteIdentityKey,
  rootKey: currentRatchet.rootKey,
  theirRatchetKey: currentRatchet.lastRemoteEphemeralKey,
  previousCounter: 0,
  usedAt: now,
  receiving: [] as ReceivingChain[],
});

/**
 * Encrypts the key of a message.
 * @returns the content of `<key/>`, and the session after it
 */
export async function encryptIn(
  self: OwnDevice,
  session: Session,
  secret: Uint8Array,
  now: number,
): Promise<{ data: Uint8Array; prekey: boolean; session: Session }> {
  const cipher = cipherOf(await library(), self);
  const fork = forkOf(session, []);
  cipher.getRecord = () =>
    Promise.resolve({ getOpenSession: () => fork, updateSessionState: () => undefined, serialize: () => "" } as never);
  const encrypt = (cipher as unknown as { encryptJob(data: ArrayBuffer): Promise<{ type: number; body: string }> })
    .encryptJob;
  const { type, body } = await encrypt(owned(secret));
  const { chainKey } = fork.chains[base64(session.ratchet.pubKey)]!;
  const sending = { key: chainKey.key!, counter: chainKey.counter };
  return {
    data: Buffer.from(body, "latin1"),
    prekey: type === 3,
    session: { ...session, sending, usedAt: Math.max(session.usedAt, now) },
  };
}

/**
 * Decrypts the key of a message.
 * @param budget is reduced by the cost, also on failure
 * @returns the secret, and the session after it
 * @throws {Undecryptable}
 */
export async function decryptIn(
  self: OwnDevice,
  session: Session,
  message: WhisperMessage,
  budget: Budget,
): Promise<{ secret: Uint8Array; session: Session }> {
  const known = session.receiving.find(({ name }) => name === message.chain);
  if (known !== undefined) refuseUsed(known, message.counter);
  const previous = session.receiving.find(({ name }) => name === base64(session.theirRatchetKey));
  if (known === undefined) await spend(budget, AGREEMENT);
  const fork = forkOf(session, [known, previous]);
  const cipher = cipherOf(await library(), self);
  let start: { key: ArrayBuffer; counter: number } | null = null;
  const fillMessageKeys = (chain: ForkChain, counter: number): Promise<void> => {
    // Skip the previous chain: its missing keys can still be derived from it later, up to its end.
    if (chain !== fork.chains[message.chain]) return Promise.resolve();
    if (chain.chainKey.counter >= counter) {
      const key = known?.skipped.get(counter);
      if (key !== undefined) chain.messageKeys[counter] = key.buffer;
    } else {
      start = { key: chain.chainKey.key!, counter: chain.chainKey.counter };
      return advance(chain, counter, budget);
    }
    return Promise.resolve();
  };
  Object.assign(cipher, { fillMessageKeys });
  try {
    const secret = view(await cipher.doDecryptWhisperMessage(message.bytes, fork));
    return { secret, session: pruned(await taken(session, fork, message, start, budget.pace)) };
  } catch (error) {
    throw error instanceof Undecryptable ? error : new Undecryptable("session-broken", error);
  }
}

/** @throws {Undecryptable} if the key of the message is gone */
function refuseUsed({ key, counter: made, end, skipped, lost }: ReceivingChain, counter: number): void {
  if (counter <= made) {
    if (skipped.get(counter) === undefined) throw new Undecryptable(counter <= lost ? "session-broken" : "repeated");
  } else if (key === null || (end !== null && counter > end)) throw new Undecryptable("session-broken");
}

/** The part of a session that one message uses, in the form of the library. */
function forkOf(session: Session, receiving: readonly (ReceivingChain | undefined)[]): Fork {
  const { baseKey, ours, identityKey, rootKey, ratchet, theirRatchetKey, previousCounter, pending, sending } = session;
  const chains: Fork["chains"] = {};
  for (const chain of receiving) {
    if (chain === undefined) continue;
    const chainKey = { counter: chain.counter, ...(chain.key === null ? {} : { key: chain.key }) };
    chains[chain.name] = { chainType: RECEIVING, chainKey, messageKeys: {} };
  }
  if (sending !== null)
    chains[base64(ratchet.pubKey)] = { chainType: SENDING, chainKey: { ...sending }, messageKeys: {} };
  return {
    indexInfo: { closed: -1, remoteIdentityKey: identityKey, baseKey, baseKeyType: ours ? 1 : 2 },
    currentRatchet: { rootKey, ephemeralKeyPair: ratchet, lastRemoteEphemeralKey: theirRatchetKey, previousCounter },
    ...(pending === null ? {} : { pendingPreKey: { ...pending } }),
    oldRatchetList: [],
    chains,
  };
}

/** @throws {Undecryptable} if the budget is exceeded */
async function spend(budget: Budget, steps: number): Promise<void> {
  if (steps > budget.steps) throw new Undecryptable("session-broken");
  budget.steps -= steps;
  if (budget.pace.took(steps)) await budget.pace.turn();
}

/**
 * Advances a chain to a message and derives its key. The keys in between are derived only after the message is
 * authenticated.
 */
async function advance(chain: ForkChain, counter: number, budget: Budget): Promise<void> {
  const steps = counter - chain.chainKey.counter;
  if (steps > SKIPPED_MAX || steps > budget.steps) throw new Undecryptable("session-broken");
  budget.steps -= steps;
  let key = view(chain.chainKey.key!);
  for (let step = 1; step < steps; step++) {
    key = hmacSha256(key, NEXT_CHAIN) as Uint8Array<ArrayBuffer>;
    if (budget.pace.took(1)) await budget.pace.turn();
  }
  chain.messageKeys[counter] = owned(hmacSha256(key, NEXT_MESSAGE));
  chain.chainKey = { counter, key: owned(hmacSha256(key, NEXT_CHAIN)) };
}

/** Derives the keys between two messages of a chain. */
async function between(start: { key: ArrayBuffer; counter: number }, counter: number, pace: Pace): Promise<Uint8Array> {
  const keys = new Uint8Array((counter - start.counter - 1) * 32);
  let key: Uint8Array = view(start.key);
  for (let at = 0; at < keys.length; at += 32) {
    keys.set(hmacSha256(key, NEXT_MESSAGE), at);
    key = hmacSha256(key, NEXT_CHAIN);
    if (pace.took(2)) await pace.turn();
  }
  return keys;
}

/** The session after an authentic message. */
async function taken(
  session: Session,
  fork: Fork,
  message: WhisperMessage,
  start: { key: ArrayBuffer; counter: number } | null,
  pace: Pace,
): Promise<Session> {
  const { chain: name, counter } = message;
  const after = fork.chains[name]!.chainKey;
  let receiving = [...session.receiving];
  const at = receiving.findIndex((one) => one.name === name);
  const before = receiving[at] ?? { name, end: null, skipped: SkippedKeys.none, lost: -1, key: null, counter: -1 };
  const skipped =
    start === null
      ? before.skipped.without(counter)
      : before.skipped.followedBy(start.counter + 1, await between(start, counter, pace));
  const chain = start === null ? { ...before, skipped } : closed({ ...before, key: after.key!, counter, skipped });
  if (at !== -1) {
    receiving[at] = chain;
    return { ...session, pending: null, receiving };
  }
  // The peer has a new ratchet key: their previous chain is complete, and we have a new key as well.
  const old = base64(session.theirRatchetKey);
  receiving = receiving.map((one) => (one.name === old ? closed({ ...one, end: message.previousCounter }) : one));
  const { rootKey, lastRemoteEphemeralKey, ephemeralKeyPair, previousCounter } = fork.currentRatchet;
  const sending = fork.chains[base64(ephemeralKeyPair!.pubKey)]!.chainKey;
  return {
    ...session,
    rootKey,
    theirRatchetKey: lastRemoteEphemeralKey,
    ratchet: ephemeralKeyPair!,
    // The library stores -1 if nothing was sent, which would be 4,294,967,295 on the wire.
    previousCounter: Math.max(0, previousCounter),
    pending: null,
    sending: { key: sending.key!, counter: sending.counter },
    receiving: [...receiving, chain],
  };
}

/** Deletes the chain key of a complete chain. */
const closed = (chain: ReceivingChain): ReceivingChain =>
  chain.end !== null && chain.counter >= chain.end ? { ...chain, key: null } : chain;
