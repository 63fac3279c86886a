/**
 * The interfaces of OMEMO (XEP-0384 0.3, `eu.siacs.conversations.axolotl`): keys and ratchets. It knows neither stanzas
 * nor tables: the core passes envelopes in, and stores the changes together with the message.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { DecryptionProblem, Trust } from "../../shared/model/encryption.ts";
import type { Envelope } from "../model/message.ts";

export type { EncryptedKey, Envelope } from "../model/message.ts";

/** A device of a user: 1 to 2^31-1 (XEP-0384 0.3 §4.2). */
export interface Address {
  jid: BareJid;
  device: number;
}

/** A public key: 33 bytes, 0x05 and the X25519 key. */
export interface PublicKey {
  id: number;
  key: Uint8Array;
}

/** The keys that a device publishes so that others can begin sessions with it. */
export interface Bundle {
  identityKey: Uint8Array;
  signedPreKey: PublicKey & { signature: Uint8Array };
  preKeys: PublicKey[];
}

/** A private key is 32 bytes. */
export interface KeyPair {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

export interface StoredPreKey extends KeyPair {
  id: number;
}

export interface StoredSignedPreKey extends StoredPreKey {
  signature: Uint8Array;
  /** ms */
  createdAt: number;
}

export interface OwnDevice {
  id: number;
  identity: KeyPair;
}

/** A stored device of another user, or another device of ours. */
export interface KnownDevice extends Address {
  /** Null until a bundle or a message reveals it. */
  identityKey: Uint8Array | null;
  trust: Trust;
}

/** Changes that the core stores atomically, in the transaction of the message that caused them. */
export type OmemoChange =
  | { kind: "own"; own: OwnDevice }
  | { kind: "prekeys"; add: StoredPreKey[] }
  /** The prekey was used: no longer published, but kept until catch-up ends. */
  | { kind: "prekey.used"; id: number }
  | { kind: "signedPreKey"; add: StoredSignedPreKey }
  | { kind: "session"; jid: BareJid; device: number; record: Uint8Array }
  /** The identity key of a device became known; `trust` follows from the rules in trust.ts. */
  | { kind: "identity"; jid: BareJid; device: number; identityKey: Uint8Array; trust: Trust }
  /** The device presented another identity key than the known one. The key is not trusted until the user accepts it. */
  | { kind: "identity.changed"; jid: BareJid; device: number; identityKey: Uint8Array };

/** What OMEMO reads. Every read returns committed state. */
export interface OmemoRecords {
  own(): Promise<OwnDevice | null>;
  session(address: Address): Promise<Uint8Array | null>;
  /** Also returns a used prekey that is still kept. */
  preKey(id: number): Promise<StoredPreKey | null>;
  signedPreKey(id: number): Promise<StoredSignedPreKey | null>;
  devices(jid: BareJid): Promise<KnownDevice[]>;
}

export type Decryption =
  /** `first`: the message began a session, so the sender waits for an answer. */
  | { kind: "text"; text: string; device: number; trust: Trust; first: boolean }
  /** A key transport message: nothing to show. */
  | { kind: "transport"; device: number; first: boolean }
  /** A message that was already decrypted: nothing to show. */
  | { kind: "repeated"; device: number }
  | { kind: "failed"; problem: DecryptionProblem; device: number };

/** The operations of one transaction. */
export interface OmemoSessions {
  has(address: Address): Promise<boolean>;
  /**
   * Begins a session from a bundle (X3DH). An existing session is kept as an older one.
   * @throws {BadBundle} wrong lengths, an invalid signature, or another identity key than the known one (which also
   * records the change `identity.changed`)
   */
  begin(address: Address, bundle: Bundle): Promise<void>;
  /**
   * Encrypts for devices with existing sessions, for all devices in parallel.
   * @param text null for a key transport message
   * @returns `failed`: devices without a usable session and, for a text, untrusted devices. The envelope is for the
   * others.
   */
  encrypt(to: readonly Address[], text: string | null): Promise<{ envelope: Envelope; failed: Address[] }>;
  /**
   * Never throws for input from the network: the result is `failed`, and no session changes.
   * @param from bare JID of the sender, asserted by the server or the room: only its devices are considered
   * @param sentAt ms, for a delayed message: an old message from the archive does not make its session the active one
   * @param vouchedBy the JID that asserts the sender, `from` by default; a room in a group chat. Undecryptable messages
   * count against it.
   */
  decrypt(from: BareJid, envelope: Envelope, sentAt?: number, vouchedBy?: BareJid): Promise<Decryption>;
}

export interface Omemo {
  /**
   * Runs one transaction at a time. `work` advances sessions; `commit` stores the changes together with what belongs to
   * them. If either throws, no session changes: memory returns to the stored state.
   */
  transaction<T, R>(
    work: (sessions: OmemoSessions) => Promise<T>,
    commit: (changes: OmemoChange[], done: T) => Promise<R>,
  ): Promise<R>;
  /**
   * Drops the session of a device from memory, after it was changed in the store. Runs after the transaction in
   * progress.
   */
  forget(address: Address): Promise<void>;
}

export class BadBundle extends Error {
  constructor(why: string) {
    super(why);
    this.name = "BadBundle";
  }
}
