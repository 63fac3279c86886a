/** What the core hears of the XMPP side. */
import type { BareJid, FullJid, Jid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import type { Subscription } from "../../shared/model/contact.ts";
import type { Act } from "./message/amendments.ts";
import type { RoomEvent } from "./room-events.ts";
import type { UnreadableReason } from "../../shared/model/encryption.ts";
import type { Show } from "../../shared/model/presence.ts";
import type { Writer } from "../../shared/model/room.ts";

/** One roster item (RFC 6121 §2.1.2). */
export interface RosterItem {
  jid: BareJid;
  name: string;
  groups: string[];
  subscription: Subscription;
  asked: boolean;
}

/** One `<key/>` of an OMEMO header. */
export interface EncryptedKey {
  rid: number;
  prekey: boolean;
  data: Uint8Array;
}

/** `<encrypted xmlns="eu.siacs.conversations.axolotl"/>` (XEP-0384 0.3 §4.6), checked for shape and size. */
export interface Envelope {
  sid: number;
  keys: EncryptedKey[];
  iv: Uint8Array;
  payload: Uint8Array | null;
}

/** A device as its owner's device list names it. */
export interface ListedDevice {
  id: number;
  label: string | null;
}

/** What a device publishes so that sessions with it can begin (XEP-0384 0.3 §4.4). Keys are 33 bytes. */
export interface PublishedBundle {
  identityKey: Uint8Array;
  signedPreKey: { id: number; key: Uint8Array; signature: Uint8Array };
  preKeys: { id: number; key: Uint8Array }[];
}

/**
 * A text message that came in: from a contact, or from another device of ours. Checked for sender, size and shape.
 */
export interface IncomingMessage {
  /**
   * The contact whose chat it belongs to, whoever wrote it; a full JID for a room's private message (XEP-0045 §7.5).
   */
  chat: Jid;
  /** Who wrote it: the contact, or ourselves; for a room's private message the room, or ourselves. */
  from: BareJid;
  /** Only of a room's private message: the occupant on the other side, as far as is known. */
  occupant?: Writer;
  fromResource: string;
  /** `normal` or `chat` (RFC 6121 §5.2.2). */
  type: "chat" | "normal";
  /** For an encrypted one what was written for clients that cannot decrypt; it may be empty. */
  body: string;
  /** OMEMO; `malformed`: it is there, but it cannot be one. */
  encrypted: Envelope | "malformed" | null;
  /** The `id` attribute; null when it has none, or one that is too long. */
  messageId: string | null;
  /** XEP-0359 `<origin-id/>`, else null. */
  originId: string | null;
  /** XEP-0359 `<stanza-id by="our bare JID"/>`, the archive id, only from our own server; else null. */
  archiveId: string | null;
  /** XEP-0203 stamp in ms, only when our own server put it there; else null. */
  delayedAt: number | null;
  /** The sender asks for a receipt (XEP-0184 §5.1). */
  asksReceipt: boolean;
  /** The sender would like to know when it was displayed (XEP-0333 §4.1). */
  markable: boolean;
  /** It corrects the message with this id of the sender's (XEP-0308). */
  replaces?: string;
  /** The archive has this in the place of a message that was removed (XEP-0424 §4). */
  tombstone?: true;
  /** Why nothing of it could be read but who sent it; the body is empty then. */
  unreadable?: UnreadableReason;
}

/** What somebody does to a message in a chat with one contact, other than by a new text. */
export interface Amendment extends Pick<
  IncomingMessage,
  "chat" | "from" | "occupant" | "messageId" | "originId" | "archiveId" | "delayedAt"
> {
  act: Act;
}

/** What a message says of messages before it: that one arrived, or that all up to one were displayed. */
export interface Mark {
  chat: Jid;
  /** True: a device of ours says it of the contact's messages; else the contact says it of ours. */
  own: boolean;
  /** `received`: XEP-0184. `displayed`: XEP-0333, all up to this one. */
  kind: "received" | "displayed";
  /** The `id` attribute of the message that is meant. */
  id: string;
}

/** An error that came back for a message of ours, known by its `id` (RFC 6120 §8.3). */
export interface Bounce {
  /** As `IncomingMessage.chat`. */
  from: Jid;
  id: string;
  condition: string;
  text: string;
}

/** What a message stanza holds for us; null where it is nothing that is kept. */
export type Content =
  | { kind: "message"; message: IncomingMessage }
  | { kind: "amendment"; amendment: Amendment }
  | { kind: "mark"; mark: Mark }
  | { kind: "bounce"; bounce: Bounce }
  | null;

/** One result of the archive (XEP-0313 §4.2). */
export interface ArchiveEntry {
  archiveId: string;
  /** When the archive took it, in ms; many servers round to the second. */
  stamp: number;
  content: Content;
}

/** How far the devices of this account have displayed a chat (XEP-0490). */
export interface DisplayedUpTo {
  chat: Jid;
  /** Whose archive gave the id: ours, or the room's (XEP-0490 §4.2). */
  by: BareJid;
  archiveId: string;
}

/** The classes of stanzas that are refused and counted. */
export type Refused =
  | "forged-bookmark"
  | "forged-room-message"
  | "forged-device-list"
  | "forged-carbon"
  | "wrong-carbon"
  | "forged-archive-result"
  | "forged-pep-event"
  | "unreadable-stanza"
  | "unanswered-iq";

export type XmppEvent =
  | RoomEvent
  | { type: "connection"; state: ConnectionState }
  /**
   * A session begins; comes before anything that it brings. Not resumed: what came meanwhile is in the archive only.
   */
  | { type: "session"; resumed: boolean }
  /** We go away for a moment in a session that goes on: what comes until we are back is in the archive only. */
  | { type: "absent" }
  /** The server's abilities are known and copies are switched on: the archive can be read, the outbox sent. */
  | { type: "ready" }
  /** The whole roster, or null items when the server said that our version is current (RFC 6121 §2.6). */
  | { type: "roster.loaded"; items: RosterItem[] | null; version: string | null }
  | { type: "roster.pushed"; item: RosterItem; version: string | null }
  | { type: "roster.removed"; jid: BareJid; version: string | null }
  | {
      type: "presence";
      from: FullJid;
      show: Show;
      status: string;
      priority: number;
      /** XEP-0319 or XEP-0203 where trustworthy, else now. */
      since: number;
      /** XEP-0115 node, for the name of the client; empty when none. */
      client: string;
    }
  /** Every resource of every contact is unknown from now on (the stream ended). */
  | { type: "presence.cleared" }
  | { type: "subscription.requested"; from: BareJid; nickname: string; message: string }
  /** The contact took the request back, or stopped its own subscription. */
  | { type: "subscription.withdrawn"; from: BareJid }
  /**
   * `copied`: another device of ours sent or got it (XEP-0280). `handled`: to be kept under this name in the memory, in
   * one transaction with the message; then a crash right after cannot make the server send it again.
   */
  | { type: "message.received"; message: IncomingMessage; copied: boolean; handled?: string }
  /** `handled` as above. */
  | { type: "message.amended"; amendment: Amendment; handled?: string }
  | { type: "message.marked"; mark: Mark }
  | ({ type: "message.bounced" } & Bounce)
  /** What our devices have displayed: everything that the server keeps, or one change. */
  | { type: "displayed.synced"; items: DisplayedUpTo[] }
  /** Somebody's list of OMEMO devices, or ours, is this now. */
  | { type: "devices.listed"; jid: BareJid; devices: ListedDevice[] }
  /**
   * Somebody's picture, or a room's, has this hash now (SHA-1, hex); null: there is none. Undefined: this presence says
   * nothing of one, or its sender has gone.
   */
  | { type: "avatar"; of: Jid; by: "presence" | "pep" | "room"; hash: string | null | undefined }
  /** Something that only an attacker or a broken server sends was thrown away. */
  | { type: "refused"; what: Refused }
  /** The server has the stanzas that were sent with these tags. */
  | { type: "acked"; tags: string[] }
  /**
   * A resumed session sends these again by itself; comes before the `online` state, so that a restarted core
   * does not send them a second time.
   */
  | { type: "resent"; tags: string[] }
  /** These stanzas were sent but the session ended before the server acknowledged them. */
  | { type: "unacked"; tags: string[] };
