/** A message on its way in: the same shape for contacts, rooms and private messages, however it came. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { Protection } from "../../shared/model/encryption.ts";
import type { Writer } from "../../shared/model/room.ts";
import type { Conversation } from "./conversation.ts";
import type { Payload } from "./payload.ts";

/** Who wrote something, as far as it is known. */
export interface Author {
  /** We wrote it, on whichever device. */
  outgoing: boolean;
  /** Bare JID of the contact, of ourselves, or of the room. */
  address: BareJid;
  /** In a room: null for the room itself. Of a private message the other side, whoever wrote it. Else null. */
  occupant: Writer | null;
  /**
   * Names one uninterrupted presence of the nickname in a room without occupant ids: the same one is the same person.
   * Null: unknown, or not needed.
   */
  stay: string | null;
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
  /** The device that it is for. */
  rid: number;
  prekey: boolean;
  /** A (PreKey)WhisperMessage that holds the payload's key and tag. */
  data: Uint8Array;
}

/** `<encrypted xmlns="eu.siacs.conversations.axolotl"/>` (XEP-0384 0.3 §4.6), checked for shape and size. */
export interface Envelope {
  /** The device that sent it. */
  sid: number;
  keys: EncryptedKey[];
  /** 12 or 16 bytes. */
  iv: Uint8Array;
  /** Null: it only moves keys. */
  payload: Uint8Array | null;
}

/** How a stored message was protected. The store finds out whether a plain one was `unexpected`. */
export type StoredProtection = { kind: "none" } | Extract<Protection, { kind: "omemo" | "unreadable" }>;

interface Incoming {
  conversation: Conversation;
  author: Author;
  ids: MessageIds;
  via: "live" | "carbon" | "archive";
  /** When it was sent, ms, as far as a server says so that may: from a delayed delivery, or the archive. Null: now. */
  at: number | null;
  wishes: {
    /** Who is to get a receipt (XEP-0184 §5.1); null: none is wanted. */
    receipt: Jid | null;
    /** The author wants to know when it is displayed (XEP-0333 §4.1). */
    marker: boolean;
  };
  payload: Payload;
}

/** Checked for sender, size and shape; not decrypted. */
export interface Inbound extends Incoming {
  /** OMEMO. `malformed`: there is some, and it is not valid. */
  encrypted: Envelope | "malformed" | null;
}

/** As the store takes it. */
export interface Decrypted extends Incoming {
  protection: StoredProtection;
}

/** One result of an archive (XEP-0313 §4.2). */
export interface ArchiveEntry<I = Inbound> {
  archiveId: string;
  /** When the archive took it, ms; many servers round to the second. */
  stamp: number;
  /** Null: nothing that is kept. */
  inbound: I | null;
}

/** A page of an archive (XEP-0059). */
export interface ArchivePage {
  /** Oldest first. */
  entries: ArchiveEntry[];
  /** Archive id to hand back as `before` for the page before; null when this one is empty. */
  first: string | null;
  /** Nothing older is there. */
  complete: boolean;
}
