/** What the core can request of the XMPP side. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { ArchiveDefault } from "../../shared/model/account.ts";
import type { Show } from "../../shared/model/presence.ts";
import type { ChatState } from "../model/chat-state.ts";
import type { Conversation } from "../model/conversation.ts";
import type { ArchivePage, Envelope } from "../model/message.ts";
import type { DisplayedUpTo, ListedDevice, PublishedBundle } from "./events.ts";
import type { Slot } from "./http-upload/slot.ts";
import type { PreparedOutbound } from "./message/write.ts";

export interface RosterIntents {
  /** Adds or changes an item (RFC 6121 §2.3, §2.4). @throws as `Stream.request` */
  set(item: { jid: BareJid; name: string; groups: string[] }): Promise<void>;
  /** Removes an item; also ends subscriptions both ways (RFC 6121 §2.5). */
  remove(jid: BareJid): Promise<void>;
}

export interface PresenceIntents {
  /** Our own presence; kept and sent again in every new session. */
  set(own: { show: Exclude<Show, "offline">; status: string }): Promise<void>;
  /** What we support has changed: sends our presence with its new capabilities (XEP-0115 §5.2), if we are online. */
  again(): Promise<void>;
  /** @param preauth token of an invitation, which subscribes us at once (XEP-0379 §3.4) */
  subscribe(jid: BareJid, preauth?: string): Promise<void>;
  /** Grants a request (RFC 6121 §3.1.4). */
  subscribed(jid: BareJid): Promise<void>;
  /** Denies a request or cancels a subscription (RFC 6121 §3.2). */
  unsubscribed(jid: BareJid): Promise<void>;
  unsubscribe(jid: BareJid): Promise<void>;
}

export interface MessageIntents {
  /**
   * Sends a message of any kind; its origin-id is the tag in `acked` and `unacked`.
   * @throws {NotConnected} also for a room that we are not in, and for its occupants; {StanzaTooLarge}
   */
  send(outbound: PreparedOutbound): Promise<void>;
  /** Sends a key transport message, which is shown to nobody. @throws {NotConnected} */
  sendKeys(message: { to: BareJid; envelope: Envelope }): Promise<void>;
  /** Sends a receipt (XEP-0184 §5.2). @param to full JID of the sending device */
  confirmReceived(to: Jid, id: string): Promise<void>;
  /** Sends a display marker, which also covers earlier messages (XEP-0333 §4.2). */
  confirmDisplayed(to: BareJid, id: string): Promise<void>;
  /** Sends a chat state (XEP-0085), which a resumed session does not send again. @throws as `send` */
  chatState(conversation: Conversation, state: ChatState): Promise<void>;
}

export interface ArchiveQuery {
  /** Only messages with this contact. */
  with?: BareJid;
  /** The page before this archive id; null: the newest page. */
  before: string | null;
  /** Only entries archived until then, ms. */
  until?: number;
  /** Maximum number of entries; the server may return fewer. */
  max: number;
}

export interface ArchiveIntents {
  /** Whether our server has an archive (`urn:xmpp:mam:2`). Known after `ready`. */
  supported(): Promise<boolean>;
  /**
   * One page of our own archive (XEP-0313 §4).
   * @param began called with the archive id of the first entry when it arrives: pages arrive oldest first, so the
   * previous page can already be requested
   * @throws {StanzaError} `item-not-found` for an unknown id; as `Stream.request`
   */
  page(query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /**
   * The archive id of the newest entry before this session's presence: later ones are not history. An id of null: the
   * archive was empty. Null: unknown, for example in a resumed session.
   */
  newestBefore(): Promise<{ id: string | null } | null>;
  /**
   * The server's archiving rule for us (XEP-0313 §7). Null: the server offers no choice. @throws as `Stream.request`
   */
  preference(): Promise<ArchiveDefault | null>;
  /** Changes the general rule, and keeps the exceptions. @throws as `Stream.request` */
  setPreference(rule: ArchiveDefault): Promise<void>;
}

export interface DeviceIntents {
  /** A published device list. Null: none, or none that we may read. @throws as `Stream.request` */
  list(jid: BareJid): Promise<ListedDevice[] | null>;
  /**
   * A device's published bundle. Null: none, or none that we may read.
   * @returns `malformed` if it is invalid or too large
   * @throws as `Stream.request`
   */
  bundle(jid: BareJid, device: number): Promise<PublishedBundle | "malformed" | null>;
  /** Publishes our device list, readable for everybody (XEP-0384 0.3 §4.3). @throws as `Stream.request` */
  publishList(devices: ListedDevice[]): Promise<void>;
  /** Publishes the bundle of this device, readable for everybody (XEP-0384 0.3 §4.4). @throws as `Stream.request` */
  publishBundle(device: number, bundle: PublishedBundle): Promise<void>;
  /** Deletes the bundle of a device of ours, if there is one. @throws as `Stream.request` */
  removeBundle(device: number): Promise<void>;
}

export interface AvatarIntents {
  /**
   * The photo in the vCard of a person, room or occupant (XEP-0054 §3.2), unchecked. Null: none, or too large.
   * @throws {RequestTimeout | NotConnected}
   */
  vcard(of: Jid): Promise<Uint8Array | null>;
  /**
   * The picture with this announced id in somebody's node (XEP-0084 §3.4), unchecked. Null: none, or too large.
   * @throws as `Stream.request`
   */
  data(of: BareJid, id: string): Promise<Uint8Array | null>;
  /** Null removes it (XEP-0486 §4.2). @throws as `Stream.request` */
  setRoom(room: BareJid, picture: { type: string; base64: string } | null): Promise<void>;
}

export interface OwnAvatarIntents {
  /**
   * Publishes our avatar, or null removes it (XEP-0084 §4).
   * @param picture small enough for one stanza
   * @throws {StanzaError} the server has no PEP, or refuses it; as `Stream.request`
   */
  set(picture: { type: string; base64: string; width: number; height: number } | null): Promise<void>;
}

export interface DisplayedSyncIntents {
  /**
   * Publishes the displayed position of a chat for our other devices (XEP-0490 §4.2). Does nothing if the server cannot
   * keep it private. @throws as `Stream.request`
   */
  publish(upTo: DisplayedUpTo): Promise<void>;
}

/** The service to which our files are uploaded. */
export interface UploadService {
  jid: string;
  /** The most that it takes of one file, bytes; null: it does not say. */
  limit: number | null;
}

export interface UploadIntents {
  /** The upload service of our server (XEP-0363 §3); null: none. @throws as `Stream.request` */
  service(): Promise<UploadService | null>;
  /**
   * Requests a place for one upload (XEP-0363 §4).
   * @param file its size in bytes, exactly as it will be uploaded
   * @throws {NoSlot}; {RequestTimeout}; {NotConnected}
   */
  slot(file: { name: string; size: number; mediaType: string }): Promise<Slot>;
}
