/** Events of the XMPP side for the core. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import type { Subscription } from "../../shared/model/contact.ts";
import type { Refusal } from "../../shared/model/refusal.ts";
import type { RoomEvent } from "./room-events.ts";
import type { Show } from "../../shared/model/presence.ts";
import type { Inbound } from "../model/message.ts";

/** One roster item (RFC 6121 §2.1.2). */
export interface RosterItem {
  jid: BareJid;
  name: string;
  groups: string[];
  subscription: Subscription;
  asked: boolean;
}

/** A device in its owner's device list. */
export interface ListedDevice {
  id: number;
  label: string | null;
}

/** The published keys of a device, with which sessions begin (XEP-0384 0.3 §4.4). Keys are 33 bytes. */
export interface PublishedBundle {
  identityKey: Uint8Array;
  signedPreKey: { id: number; key: Uint8Array; signature: Uint8Array };
  preKeys: { id: number; key: Uint8Array }[];
}

/** The position up to which the devices of this account have displayed a chat (XEP-0490). */
export interface DisplayedUpTo {
  chat: Jid;
  /** The archive of the id: ours, or the room's (XEP-0490 §4.2). */
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
  /** Its text consists of blanks. */
  | "blank-message"
  | "unreadable-stanza"
  | "unanswered-iq";

export type XmppEvent =
  | RoomEvent
  | { type: "connection"; state: ConnectionState }
  /** A session begins; comes before all of its stanzas. Not resumed: stanzas missed since are only in the archive. */
  | { type: "session"; resumed: boolean }
  /** We are unavailable for a moment in a continuing session: messages in that time are only in the archive. */
  | { type: "absent" }
  /** The server's features are known and carbons are enabled: the archive can be read and the outbox sent. */
  | { type: "ready" }
  /** The whole roster, or null items if the server confirmed our version (RFC 6121 §2.6). */
  | { type: "roster.loaded"; items: RosterItem[] | null; version: string | null }
  | { type: "roster.pushed"; item: RosterItem; version: string | null }
  | { type: "roster.removed"; jid: BareJid; version: string | null }
  | {
      type: "presence";
      /** Bare for a gateway or a contact behind one. */
      from: Jid;
      show: Show;
      status: string;
      priority: number;
      /** From XEP-0319 or XEP-0203 if trustworthy, else now. */
      since: number;
      /** XEP-0115 node, for the name of the client; empty if there is none. */
      client: string;
    }
  /** The stream ended: every resource of every contact is unknown from now on. */
  | { type: "presence.cleared" }
  | { type: "subscription.requested"; from: BareJid; nickname: string; message: string }
  /** The contact cancelled their request, or their own subscription. */
  | { type: "subscription.withdrawn"; from: BareJid }
  /**
   * A message of any kind. `handled`: stored under this key in one transaction with the message; then a crash right
   * after it cannot make the server send the message again.
   */
  | { type: "inbound"; inbound: Inbound; handled?: string }
  /** What our devices have displayed: everything that the server keeps, or one change. */
  | { type: "displayed.synced"; items: DisplayedUpTo[] }
  /** A present OMEMO device list, of somebody else or ours. */
  | { type: "devices.listed"; jid: BareJid; devices: ListedDevice[] }
  /**
   * The present avatar hash of a person or room (SHA-1, hex); null: none. Undefined: this presence contains none, or
   * its sender is unavailable.
   */
  | { type: "avatar"; of: Jid; by: "presence" | "pep" | "room"; hash: string | null | undefined }
  /** The nodes of the server keep too few items, so this cannot be kept for all devices: sent once for each. */
  | { type: "server.limited"; what: "bookmarks" | "read-markers" }
  /** A stanza that only an attacker or a broken server sends was dropped. */
  | { type: "refused"; what: Refused }
  /** A request of ours that had no answer until now was refused. */
  | ({ type: "request.refused" } & Omit<Refusal, "account">)
  /** The server has acknowledged the stanzas with these tags. */
  | { type: "acked"; tags: string[] }
  /**
   * A resumed session sends these again by itself. Comes before the `online` state, so that a restarted core does not
   * send them a second time.
   */
  | { type: "resent"; tags: string[] }
  /** These stanzas were sent, but the session ended before the server acknowledged them. */
  | { type: "unacked"; tags: string[] };
