/** What the core can ask of the XMPP side. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { ArchiveDefault } from "../../shared/model/account.ts";
import type { Show } from "../../shared/model/presence.ts";
import type { ArchivePage, Envelope } from "../model/message.ts";
import type { DisplayedUpTo, ListedDevice, PublishedBundle } from "./events.ts";
import type { Ready } from "./message/write.ts";

export interface RosterIntents {
  /** Adds or changes an item (RFC 6121 §2.3, §2.4). @throws as `Stream.request` */
  set(item: { jid: BareJid; name: string; groups: string[] }): Promise<void>;
  /** RFC 6121 §2.5: also ends subscriptions both ways. */
  remove(jid: BareJid): Promise<void>;
}

export interface PresenceIntents {
  /** Our own presence; kept and sent again with every new session. */
  set(own: { show: Exclude<Show, "offline">; status: string }): Promise<void>;
  /** @param preauth the code of an invitation, so that we are let in at once (XEP-0379 §3.4) */
  subscribe(jid: BareJid, preauth?: string): Promise<void>;
  /** Grant (RFC 6121 §3.1.4). */
  subscribed(jid: BareJid): Promise<void>;
  /** Deny or take back (RFC 6121 §3.2). */
  unsubscribed(jid: BareJid): Promise<void>;
  unsubscribe(jid: BareJid): Promise<void>;
}

export interface MessageIntents {
  /**
   * Sends what we say in a chat of any kind; its origin-id comes back as tag in `acked` and `unacked`.
   * @throws {NotConnected} also for a room that we are not in, and for its occupants; {StanzaTooLarge}
   */
  send(outbound: Ready): Promise<void>;
  /** Sends an envelope that only moves keys: nobody is shown anything. @throws {NotConnected} */
  sendKeys(message: { to: BareJid; envelope: Envelope }): Promise<void>;
  /** Says that a message arrived (XEP-0184 §5.2). @param to full JID of the device that sent it */
  confirmReceived(to: Jid, id: string): Promise<void>;
  /** Says that a message and all before it were displayed (XEP-0333 §4.2). */
  confirmDisplayed(to: BareJid, id: string): Promise<void>;
}

export interface ArchiveQuery {
  /** Only messages with this contact. */
  with?: BareJid;
  /** The page before this archive id; null gives the newest page. */
  before: string | null;
  /** Only what was archived until then, ms. */
  until?: number;
  /** Entries in the page; the server may give fewer. */
  max: number;
}

export interface ArchiveIntents {
  /** Does our server keep an archive (`urn:xmpp:mam:2`)? Known once `ready` came. */
  supported(): Promise<boolean>;
  /**
   * One page of our own archive (XEP-0313 §4).
   * @param began called with the archive id of the first entry when it comes in: pages come oldest first, so this is
   *   where the page before begins, and it can be asked for already
   * @throws {StanzaError} `item-not-found` for an id that is gone; as `Stream.request`
   */
  page(query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /**
   * The archive id of what was newest when this session was not yet announced: nothing behind it was ever shown to us
   * as history. An id of null: it was empty. Null: not known, as for a session that was resumed.
   */
  newestBefore(): Promise<{ id: string | null } | null>;
  /** What the server archives for us (XEP-0313 §7). Null when it does not let us choose. @throws as `Stream.request` */
  preference(): Promise<ArchiveDefault | null>;
  /** Changes the rule for everybody, and leaves the exceptions. @throws as `Stream.request` */
  setPreference(rule: ArchiveDefault): Promise<void>;
}

export interface DeviceIntents {
  /** The list that somebody publishes, or we do. Null: none, or none that we may read. @throws as `Stream.request` */
  list(jid: BareJid): Promise<ListedDevice[] | null>;
  /**
   * What a device publishes. Null: nothing, or nothing that we may read.
   * @returns `malformed` when it is no bundle, or too large
   * @throws as `Stream.request`
   */
  bundle(jid: BareJid, device: number): Promise<PublishedBundle | "malformed" | null>;
  /** Publishes our list, open to everybody (XEP-0384 0.3 §4.3). @throws as `Stream.request` */
  publishList(devices: ListedDevice[]): Promise<void>;
  /** Publishes the bundle of this device, open to everybody (XEP-0384 0.3 §4.4). @throws as `Stream.request` */
  publishBundle(device: number, bundle: PublishedBundle): Promise<void>;
  /** Deletes the bundle of a device of ours. Does nothing when there is none. @throws as `Stream.request` */
  removeBundle(device: number): Promise<void>;
}

export interface AvatarIntents {
  /**
   * The picture in the vCard of a person, a room or an occupant (XEP-0054 §3.2), unchecked. Null: none, or too large.
   * @throws {RequestTimeout | NotConnected}
   */
  vcard(of: Jid): Promise<Uint8Array | null>;
  /**
   * The newest picture of somebody's node (XEP-0084 §4.3), unchecked. Null: none, or too large.
   * @throws as `Stream.request`
   */
  data(of: BareJid): Promise<Uint8Array | null>;
  /** Null takes it away (XEP-0486 §4.2). @throws as `Stream.request` */
  setRoom(room: BareJid, picture: { type: string; base64: string } | null): Promise<void>;
}

export interface DisplayedSyncIntents {
  /**
   * Tells our other devices how far a chat was displayed (XEP-0490 §4.2). Does nothing where the server cannot keep
   * it private. @throws as `Stream.request`
   */
  publish(upTo: DisplayedUpTo): Promise<void>;
}
