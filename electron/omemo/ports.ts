/**
 * The seams of OMEMO (XEP-0384 0.3, `eu.siacs.conversations.axolotl`): keys and ratchets in, keys and ratchets out. It
 * knows no stanza and no table: the core hands it what came, and stores what it changed together with the message.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { DecryptionProblem, Trust } from "../../shared/model/encryption.ts";
import type { Envelope } from "../model/message.ts";

export type { EncryptedKey, Envelope } from "../model/message.ts";

/** A device of somebody's: 1 to 2^31-1 (XEP-0384 0.3 §4.2). */
export interface Address {
  jid: BareJid;
  device: number;
}

/** Public keys are 33 bytes: 0x05 and the X25519 key. */
export interface PublicKey {
  id: number;
  key: Uint8Array;
}

/** What a device publishes so that sessions with it can begin. */
export interface Bundle {
  identityKey: Uint8Array;
  signedPreKey: PublicKey & { signature: Uint8Array };
  preKeys: PublicKey[];
}

/** Private keys are 32 bytes. */
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

/** A device of somebody's as it is stored. */
export interface KnownDevice extends Address {
  /** Null until its bundle or a message told it. */
  identityKey: Uint8Array | null;
  trust: Trust;
}

/** What the core stores, all or nothing, in the transaction of the message that brought it. */
export type OmemoChange =
  | { kind: "own"; own: OwnDevice }
  | { kind: "prekeys"; add: StoredPreKey[] }
  /** It was used: no longer published, but kept until catching up is over. */
  | { kind: "prekey.used"; id: number }
  | { kind: "signedPreKey"; add: StoredSignedPreKey }
  | { kind: "session"; jid: BareJid; device: number; record: Uint8Array }
  /** The identity key of a device became known for the first time; `trust` follows from the rules. */
  | { kind: "identity"; jid: BareJid; device: number; identityKey: Uint8Array; trust: Trust }
  /** A device that is known under another key came with this one: nothing is believed until the user says so. */
  | { kind: "identity.changed"; jid: BareJid; device: number; identityKey: Uint8Array };

/** What OMEMO reads. Every read tells what is committed. */
export interface OmemoRecords {
  own(): Promise<OwnDevice | null>;
  session(address: Address): Promise<Uint8Array | null>;
  /** Also those that were used and are kept for now. */
  preKey(id: number): Promise<StoredPreKey | null>;
  signedPreKey(id: number): Promise<StoredSignedPreKey | null>;
  devices(jid: BareJid): Promise<KnownDevice[]>;
}

export type Decryption =
  /** `first`: it began a session, so the sender waits for a sign that we have it. */
  | { kind: "text"; text: string; device: number; trust: Trust; first: boolean }
  /** Moves keys only: nothing to show. */
  | { kind: "transport"; device: number; first: boolean }
  /** Was decrypted before: nothing to show. */
  | { kind: "repeated"; device: number }
  | { kind: "failed"; problem: DecryptionProblem; device: number };

/** What may be done within one transaction. */
export interface OmemoSessions {
  has(address: Address): Promise<boolean>;
  /**
   * Begins a session from a bundle (X3DH). A session that was there is kept as an older one.
   * @throws {BadBundle} wrong lengths, wrong signature, or another identity key than the known one (then the
   *   change `identity.changed` is made)
   */
  begin(address: Address, bundle: Bundle): Promise<void>;
  /**
   * Encrypts for devices with which there are sessions. In parallel over devices.
   * @param text null: an envelope that only moves keys
   * @returns `failed`: devices without a usable session and, for a text, those that are not trusted; the envelope is
   * for
   *   the others
   */
  encrypt(to: readonly Address[], text: string | null): Promise<{ envelope: Envelope; failed: Address[] }>;
  /**
   * Never throws for what came from the network: that is `failed`, and no session moved.
   * @param from bare JID of the sender, whom the server vouches for: only its devices are looked at
   * @param sentAt ms, when it was delayed: an old message of the archive does not make its session the one we write in
   * @param vouchedBy who says that it is from there, `from` unless told: a room. What cannot be decrypted counts
   * against them
   */
  decrypt(from: BareJid, envelope: Envelope, sentAt?: number, vouchedBy?: BareJid): Promise<Decryption>;
}

export interface Omemo {
  /**
   * One transaction at a time. `work` moves sessions; `commit` stores the changes in one transaction of the store with
   * what belongs to them. If either throws, no session has moved: what is in memory goes back to what is stored.
   */
  transaction<T, R>(
    work: (sessions: OmemoSessions) => Promise<T>,
    commit: (changes: OmemoChange[], done: T) => Promise<R>,
  ): Promise<R>;
  /**
   * What is stored of a device's session was changed by somebody else: memory of it goes. Settles behind the
   * transaction under way.
   */
  forget(address: Address): Promise<void>;
}

/** A bundle that cannot be used. */
export class BadBundle extends Error {
  constructor(why: string) {
    super(why);
    this.name = "BadBundle";
  }
}
