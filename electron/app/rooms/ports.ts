/** The interface of an account's rooms, and what they need from the rest of the core. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Room } from "../../../shared/model/room.ts";
import type { Store, StoredRoom } from "../../store/contract/index.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import type { Persons } from "./joining/persons.ts";
import type { Ended } from "../../xmpp/stream/breaker.ts";
import type { RoomEvent } from "../../xmpp/room-events.ts";
import type { Notifications } from "../messaging/notifications.ts";
import type { SearchableArchive } from "../messaging/archive/find-arrived.ts";
import type { MissedNotifications } from "../messaging/missed-notifications.ts";
import type { OpenChats } from "../messaging/open-chats.ts";
import type { Encryption } from "../omemo/index.ts";
import type { Pending } from "../contacts/pending.ts";
import type { Host } from "../host.ts";
import type { Setting } from "./creation.ts";
import type { RoomNotices } from "./notices/notices.ts";
import type { Occupants } from "./occupants.ts";
import type { RoomRequests } from "./requests/requests.ts";
import type { RoomArchive } from "../messaging/archive/room-archives.ts";
import type { RoomEncryption } from "./members/encryption.ts";

export interface RoomsPorts {
  store: Store;
  client: () => Pick<XmppClient, "rooms" | "bookmarks" | "state">;
  publish: Host["publish"];
  notifications: Notifications;
  openChats: OpenChats;
  own: BareJid;
  encryption: Pick<Encryption, "decrypt" | "peers">;
  /** As in `OmemoPorts`. */
  tellsChanges: (jid: BareJid) => boolean;
  /** One of us sees the other's presence (RFC 6121 §3). */
  sharesPresence: (jid: BareJid) => boolean;
  /** Collects messages from the archives of rooms. */
  missedNotifications: () => MissedNotifications;
  /** We have joined: messages that wait for the room can be sent. Settles when it is committed. */
  entered(room: BareJid): Promise<void>;
  /** Shows the user requests about which they may decide. */
  pending: Pending["roomRequests"];
}

export interface Joining {
  room: BareJid;
  nickname: string;
  /** Null: the known one, if there is one. */
  password: string | null;
  autojoin: boolean;
  name?: string;
}

export interface Rooms extends Pick<Persons, "isRoom" | "doubt" | "lookFirst"> {
  readonly occupants: Occupants;
  readonly archive: RoomArchive;
  readonly requests: RoomRequests;
  /** Events in each room, for its timeline. */
  readonly notices: RoomNotices;
  readonly encryption: RoomEncryption;
  load(stored: readonly StoredRoom[]): void;
  all(): Room[];
  get(room: BareJid): StoredRoom | null;
  isIn(room: BareJid): boolean;
  /** Only those whom its owners let in are in it. */
  isPrivateGroup(room: BareJid): boolean;
  /** Where to search for our messages after their session ended without an acknowledgement. */
  searchable(room: BareJid): SearchableArchive;
  /** A session is ready. Rooms that a resumed session is still in are left alone. */
  ready(): void;
  /** A new connection is up. @param resumed the previous session continues, with its rooms */
  sessionBegins(resumed: boolean): void;
  /** The room no longer knows us: joins it again. */
  lost(room: BareJid): void;
  /** The session has ended, and not by us. */
  sessionEnded(how: Ended): void;
  /** Joins the room and stores the bookmark. */
  join(of: Joining): Promise<void>;
  /** Creates a room and joins it. @throws {CommandError} if it belongs to somebody else, or cannot be created */
  create(of: { room: BareJid; nickname: string; name: string }, settings: Setting[]): Promise<void>;
  leave(room: BareJid): Promise<void>;
  setNotify(room: BareJid, notify: Room["notify"]): Promise<void>;
  /** We have requested membership or voice; null: that was refused. */
  setAsked(room: BareJid, what: Room["asked"]): void;
  /** Reads name and traits again. @throws as `Stream.request` */
  refresh(room: BareJid): Promise<void>;
  /** Resolves when the event is committed. */
  apply(event: RoomEvent): Promise<void>;
}
