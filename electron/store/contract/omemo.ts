/** Operations for OMEMO (XEP-0384): our own device and its keys, the devices of others, and the sessions with them. */
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

/**
 * A change that OMEMO stores in the transaction of the message that caused it. The same type as in `omemo/ports.ts`.
 */
export type OmemoChange =
  | { kind: "own"; own: { id: number; identity: Omit<StoredKey, "id"> } }
  | { kind: "prekeys"; add: StoredKey[] }
  | { kind: "prekey.used"; id: number }
  | { kind: "signedPreKey"; add: StoredKey & { signature: Uint8Array; createdAt: number } }
  | { kind: "session"; jid: BareJid; device: number; record: Uint8Array }
  | { kind: "identity"; jid: BareJid; device: number; identityKey: Uint8Array; trust: Trust }
  | { kind: "identity.changed"; jid: BareJid; device: number; identityKey: Uint8Array };

/** A person's device, with what is known about it. */
export interface StoredDevice extends Omit<Device, "own" | "fingerprint" | "changedFingerprint"> {
  identityKey: Uint8Array | null;
  changedKey: Uint8Array | null;
  /** When its session was last mended, ms. */
  mendedAt: number | null;
}

/** What is known about the devices in a person's list. */
export interface Readers {
  jid: BareJid;
  /** When the list was last announced, ms; null: never. */
  listedAt: number | null;
  /** The number of devices; of those that can read our messages; are verified; wait for a decision; have a new key. */
  active: number;
  readers: number;
  verified: number;
  undecided: number;
  changed: number;
}

/** Operations that change nothing. */
export interface OmemoReads {
  /** Our own device; null before it was created. */
  "omemo.own": (args: { account: AccountId }) => { id: number; identity: Omit<StoredKey, "id"> } | null;
  "omemo.session": (args: { account: AccountId; jid: BareJid; device: number }) => Uint8Array | null;
  "omemo.preKey": (args: { account: AccountId; id: number }) => StoredKey | null;
  /** Those that are published: never used. */
  "omemo.preKeys": (args: { account: AccountId }) => Omit<StoredKey, "privateKey">[];
  /** The highest id ever used; 0 if none. */
  "omemo.lastPreKey": (args: { account: AccountId }) => number;
  "omemo.signedPreKey": (args: {
    account: AccountId;
    id: number;
  }) => (StoredKey & { signature: Uint8Array; createdAt: number }) | null;
  /** Newest first. */
  "omemo.signedPreKeys": (args: { account: AccountId }) => (StoredKey & { signature: Uint8Array; createdAt: number })[];
  /** Sorted by first seen; ours included. */
  "omemo.devices": (args: { account: AccountId; jid: BareJid }) => StoredDevice[];
  /** When the device list was last announced, ms; null: never. */
  /** For many people at once, in the order of `jids`. */
  "omemo.readers": (args: { account: AccountId; jids: readonly BareJid[] }) => Readers[];
  "omemo.listedAt": (args: { account: AccountId; jid: BareJid }) => number | null;
}

/** Operations that change data. */
export interface OmemoWrites {
  /**
   * Changes of OMEMO, all or none; `own` comes before its keys.
   * @returns owners of devices that the window may show differently now
   */
  "omemo.apply": (args: { account: AccountId; changes: OmemoChange[]; now: number }) => { owners: BareJid[] };
  /** A device list as published: devices that are not in it are no longer active. */
  "omemo.listed": (args: {
    account: AccountId;
    jid: BareJid;
    devices: { id: number; label: string | null }[];
    now: number;
  }) => {
    changed: boolean;
    /** The chat, if its entry in the chat list has changed. */
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
  /** The new key becomes the device's key, and its sessions are deleted. Null: not that key. */
  "omemo.acceptKey": (args: {
    account: AccountId;
    jid: BareJid;
    device: number;
    identityKey: Uint8Array;
    trust: Trust;
  }) => { chat: Chat | null } | null;
  "omemo.setBundle": (args: { account: AccountId; jid: BareJid; device: number; bundle: Device["bundle"] }) => null;
  /** Stores that a session was mended. False: it was mended less than `every` ms ago, or the device is unknown. */
  "omemo.mend": (args: { account: AccountId; jid: BareJid; device: number; now: number; every: number }) => boolean;
  /** A message of this device was read. */
  "omemo.used": (args: { account: AccountId; jid: BareJid; device: number; now: number }) => null;
  /** Catching up is over: deletes used prekeys, and signed ones older than `before` except the newest. */
  "omemo.tidy": (args: { account: AccountId; before: number }) => null;
  /** Deletes a device of ours with its sessions. */
  "omemo.forget": (args: { account: AccountId; jid: BareJid; device: number }) => null;
}
