/**
 * What the store keeps of OMEMO (XEP-0384): our own device and its keys, the devices of others, and the sessions with
 * them.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Device, Trust } from "../../../shared/model/encryption.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";

/** Private keys are 32 bytes, public ones 33. */
interface StoredKey {
  id: number;
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

/** What OMEMO wants stored, in the transaction of the message that brought it. The same as `omemo/ports.ts` says. */
export type OmemoChange =
  | { kind: "own"; own: { id: number; identity: Omit<StoredKey, "id"> } }
  | { kind: "prekeys"; add: StoredKey[] }
  | { kind: "prekey.used"; id: number }
  | { kind: "signedPreKey"; add: StoredKey & { signature: Uint8Array; createdAt: number } }
  | { kind: "session"; jid: BareJid; device: number; record: Uint8Array }
  | { kind: "identity"; jid: BareJid; device: number; identityKey: Uint8Array; trust: Trust }
  | { kind: "identity.changed"; jid: BareJid; device: number; identityKey: Uint8Array };

/** A device of somebody's, with what is known of it. */
export interface StoredDevice extends Omit<Device, "own" | "fingerprint" | "changedFingerprint"> {
  identityKey: Uint8Array | null;
  changedKey: Uint8Array | null;
  /** When its session was mended last, ms. */
  mendedAt: number | null;
}

/** What is known of somebody's devices that are on his list. */
export interface Readers {
  jid: BareJid;
  /** When his list was told last, ms; null: never. */
  listedAt: number | null;
  /** How many there are; of these can read what we write; are verified; wait for a decision; show another key. */
  active: number;
  readers: number;
  verified: number;
  undecided: number;
  changed: number;
}

/** Operations that change nothing. */
export interface OmemoReads {
  /** Our own device; null before it was made. */
  "omemo.own": (args: { account: AccountId }) => { id: number; identity: Omit<StoredKey, "id"> } | null;
  "omemo.session": (args: { account: AccountId; jid: BareJid; device: number }) => Uint8Array | null;
  "omemo.preKey": (args: { account: AccountId; id: number }) => StoredKey | null;
  /** Those that are published: never used. */
  "omemo.preKeys": (args: { account: AccountId }) => Omit<StoredKey, "privateKey">[];
  /** The highest id ever given; 0 when none. */
  "omemo.lastPreKey": (args: { account: AccountId }) => number;
  "omemo.signedPreKey": (args: {
    account: AccountId;
    id: number;
  }) => (StoredKey & { signature: Uint8Array; createdAt: number }) | null;
  /** Newest first. */
  "omemo.signedPreKeys": (args: { account: AccountId }) => (StoredKey & { signature: Uint8Array; createdAt: number })[];
  /** By first seen; ours too. */
  "omemo.devices": (args: { account: AccountId; jid: BareJid }) => StoredDevice[];
  /** When the list of devices was told last, ms; null: never. */
  /** Of many people at once, in the order in which they were asked for. */
  "omemo.readers": (args: { account: AccountId; jids: readonly BareJid[] }) => Readers[];
  "omemo.listedAt": (args: { account: AccountId; jid: BareJid }) => number | null;
}

/** Operations that change something. */
export interface OmemoWrites {
  /**
   * What OMEMO has changed, all of it or nothing; `own` before its keys.
   * @returns owners of devices that the window may show differently now
   */
  "omemo.apply": (args: { account: AccountId; changes: OmemoChange[]; now: number }) => { owners: BareJid[] };
  /** A list of devices as it was published: what is not on it is no longer active. */
  "omemo.listed": (args: {
    account: AccountId;
    jid: BareJid;
    devices: { id: number; label: string | null }[];
    now: number;
  }) => {
    changed: boolean;
    /** The chat, when it shows something else now. */
    chat: Chat | null;
  };
  /** Null: no such device, or another key. */
  "omemo.setTrust": (args: {
    account: AccountId;
    jid: BareJid;
    device: number;
    identityKey: Uint8Array;
    trust: Trust;
  }) => { chat: Chat | null } | null;
  /** The key that came instead is the device's key now, its sessions are gone. Null: not that key. */
  "omemo.acceptKey": (args: {
    account: AccountId;
    jid: BareJid;
    device: number;
    identityKey: Uint8Array;
    trust: Trust;
  }) => { chat: Chat | null } | null;
  "omemo.bundleIs": (args: { account: AccountId; jid: BareJid; device: number; bundle: Device["bundle"] }) => null;
  /** False: it was mended less than `every` ms ago, or is not known. Else that is noted. */
  "omemo.mend": (args: { account: AccountId; jid: BareJid; device: number; now: number; every: number }) => boolean;
  /** A message of this device was read. */
  "omemo.used": (args: { account: AccountId; jid: BareJid; device: number; now: number }) => null;
  /** Used prekeys, and signed ones older than `before` but the newest, are deleted: catching up is over. */
  "omemo.tidy": (args: { account: AccountId; before: number }) => null;
  /** A device of ours is forgotten, with its sessions. */
  "omemo.forget": (args: { account: AccountId; jid: BareJid; device: number }) => null;
}
