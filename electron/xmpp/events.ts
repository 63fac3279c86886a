/** What the core hears of the XMPP side. */
import type { BareJid, FullJid, Jid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import type { Subscription } from "../../shared/model/contact.ts";
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
   * A message of whichever kind. `handled`: to be kept under this name in the memory, in one transaction with the
   * message; then a crash right after cannot make the server send it again.
   */
  | { type: "inbound"; inbound: Inbound; handled?: string }
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
