/** What the rooms of an account are asked for, and what they need of the rest. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Room } from "../../../shared/model/room.ts";
import type { Store, StoredRoom } from "../../store/contract/index.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import type { RoomEvent } from "../../xmpp/room-events.ts";
import type { Notifications } from "../messaging/notifications.ts";
import type { Searchable } from "../messaging/archive/find-arrived.ts";
import type { News } from "../messaging/news.ts";
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
  isContact: (jid: BareJid) => boolean;
  /** What archives of rooms have brought. */
  news: () => News;
  /** We are in, or out: what waits for the room may go, or must wait. */
  entered(room: BareJid): void;
  /** What the window is told of who asks us something as one who may decide. */
  pending: Pending["roomRequests"];
}

export interface Rooms {
  readonly occupants: Occupants;
  readonly archive: RoomArchive;
  readonly requests: RoomRequests;
  /** What happened in each, for its timeline. */
  readonly notices: RoomNotices;
  readonly encryption: RoomEncryption;
  load(stored: readonly StoredRoom[]): void;
  all(): Room[];
  get(room: BareJid): StoredRoom | null;
  isIn(room: BareJid): boolean;
  /** Where messages of ours can be looked for after an unclear end. */
  searchable(room: BareJid): Searchable;
  /** A session is ready. @param resumed rooms where we are already are left alone */
  ready(): void;
  /** The session is gone; a resumed one goes on where it was. */
  sessionBegins(resumed: boolean): void;
  /** The session ended, and not by us. @param isFault because of what the server sent or received */
  sessionBroke(isFault: boolean): void;
  /** Enters, and keeps the bookmark. */
  join(of: {
    room: BareJid;
    nickname: string;
    password: string | null;
    autojoin: boolean;
    name?: string;
  }): Promise<void>;
  /** Makes a room and enters it. @throws {CommandError} when it is somebody else's, or cannot be made */
  create(of: { room: BareJid; nickname: string; name: string }, settings: Setting[]): Promise<void>;
  leave(room: BareJid): Promise<void>;
  setNotify(room: BareJid, notify: Room["notify"]): Promise<void>;
  /** We have asked to be let in, or to be let speak. */
  asking(room: BareJid, what: NonNullable<Room["asked"]>): void;
  /** Reads name and traits anew. @throws as `Stream.request` */
  refresh(room: BareJid): Promise<void>;
  /** Each settles when it is committed. */
  apply(event: RoomEvent): Promise<void>;
}
