/** An incoming message: the same shape for contacts, rooms and private messages, however it arrived. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { Protection } from "../../shared/model/encryption.ts";
import type { Writer } from "../../shared/model/room.ts";
import type { ChatState } from "./chat-state.ts";
import type { Conversation } from "./conversation.ts";
import type { Payload } from "./payload.ts";

/** The author of a message or change, as far as known. */
export interface Author {
  /** We wrote it, on any device. */
  outgoing: boolean;
  /** Bare JID of the contact, of ourselves, or of the room. */
  address: BareJid;
  /** In a room: null for the room itself. In a private conversation: the other side, also of ours. Else null. */
  occupant: Writer | null;
  /**
   * Id of one uninterrupted presence of the nickname in a room without occupant ids: the same id is the same person.
   * Null: unknown, or not needed.
   */
  occupancy: string | null;
}

/** The ids of a message: non-empty and at most 1,024 UTF-16 units each, else null. */
export interface MessageIds {
  /** The `id` attribute. */
  messageId: string | null;
  /** `<origin-id/>` (XEP-0359). */
  originId: string | null;
  /** `<stanza-id/>` (XEP-0359) of the archive of the conversation: our own, or the room's. */
  archiveId: string | null;
}

/** One `<key/>` of an OMEMO header. */
export interface EncryptedKey {
  /** The recipient's device. */
  rid: number;
  prekey: boolean;
  /** A (PreKey)WhisperMessage with the payload's key and tag. */
  data: Uint8Array;
}

/** `<encrypted xmlns="eu.siacs.conversations.axolotl"/>` (XEP-0384 0.3 §4.6), checked for shape and size. */
export interface Envelope {
  /** The sender's device. */
  sid: number;
  keys: EncryptedKey[];
  /** 12 or 16 bytes. */
  iv: Uint8Array;
  /** Null: a key transport message. */
  payload: Uint8Array | null;
}

/** The protection of a stored message. The store determines whether plaintext was `unexpected`. */
export type StoredProtection = { kind: "none" } | Extract<Protection, { kind: "omemo" | "unreadable" }>;

interface Incoming {
  conversation: Conversation;
  author: Author;
  ids: MessageIds;
  via: "live" | "carbon" | "archive";
  /** When it was sent, ms, according to a trusted server: by a delayed delivery, or the archive. Null: now. */
  at: number | null;
  wishes: {
    /** The recipient of a receipt (XEP-0184 §5.1); null: none was requested. */
    receipt: Jid | null;
    /** The author requests a display marker (XEP-0333 §4.1). */
    marker: boolean;
  };
  /** Of a text: the author supports chat states (XEP-0085 §5.1). */
  chatState?: ChatState;
  payload: Payload;
}

/** Checked for sender, size and shape; not decrypted. */
export interface Inbound extends Incoming {
  /** OMEMO. `malformed`: encrypted, but invalid. */
  encrypted: Envelope | "malformed" | null;
}

/** The form that the store takes. */
export interface Decrypted extends Incoming {
  protection: StoredProtection;
}

/** One result of an archive (XEP-0313 §4.2). */
export interface ArchiveEntry<I = Inbound> {
  archiveId: string;
  /** When the archive received it, ms; many servers round to the second. */
  stamp: number;
  /** Null: the entry is not kept. */
  inbound: I | null;
}

/** A page of an archive (XEP-0059). */
export interface ArchivePage {
  /** Oldest first. */
  entries: ArchiveEntry[];
  /** Archive id to use as `before` for the previous page; null if this one is empty. */
  first: string | null;
  /** There are no older entries. */
  complete: boolean;
}
