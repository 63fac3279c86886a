/** The XMPP side of one account, for the core. */
import type { Element } from "@xmpp/xml";
import type { BareJid } from "../../shared/jid.ts";
import type { Advanced, ConnectionState } from "../../shared/model/account.ts";
import type { XmppEvent } from "./events.ts";
import type {
  ArchiveIntents,
  AvatarIntents,
  DeviceIntents,
  DisplayedSyncIntents,
  MessageIntents,
  OwnAvatarIntents,
  PresenceIntents,
  RosterIntents,
  UploadIntents,
} from "./intents.ts";
import type { BookmarkIntents, RoomIntents } from "./room-intents.ts";
import type { InviteIntents } from "./roster/invites.ts";
import type { AdHoc } from "./services/adhoc.ts";
import type { IsRoom } from "./message/read.ts";
import type { Entities } from "./services/entities.ts";
import type { AccountState } from "./stream.ts";

export interface XmppClientOptions {
  account: BareJid;
  password: string;
  advanced: Advanced;
  pinnedFingerprint: string | null;
  /** Version of the stored roster (RFC 6121 §2.6); null if there is none. */
  rosterVersion: () => Promise<string | null>;
  accountState: AccountState;
  /** A room that we are in, want to join, or have left; see `KnownRooms`. */
  isRoom?(jid: BareJid): IsRoom;
  /** In our roster. Default: nobody. */
  isContact?(jid: BareJid): boolean;
  /** The contact may see our presence by a subscription (RFC 6121 §3.1). Default: nobody. */
  seesPresence?(jid: BareJid): boolean;
  /** The user lets us send chat states (XEP-0085). Default: no. */
  sendsChatStates?(): boolean;
  /** Called in order, one at a time; the next stanza waits until it settles. */
  emit(event: XmppEvent): Promise<void>;
  /** Software name and version for XEP-0092 and SASL2's user-agent. */
  software: { name: string; version: string };
  /** Waits until this client may try to connect. The returned function is called when the attempt is over. */
  turn?: () => Promise<() => void>;
  /** Called at checkpoints in the processing of a stanza; see `Checkpoint` in `app/host.ts`. */
  checkpoint?:
    | ((at: "counted" | "recorded" | "written" | "acknowledged", stanzas: readonly (Element | string)[]) => void)
    | undefined;
}

/** The whole XMPP side of one account: connection, reconnecting, features. */
export interface XmppClient {
  /** Connects, and reconnects until `stop`. Never throws: results are events. */
  start(): void;
  /** Sends unavailable presence, closes the stream, and stays off. Resolves when the socket is closed. */
  stop(): Promise<void>;
  /** Skips the wait before the next attempt, or starts again after a final problem. */
  connectNow(): void;
  /** Password, advanced settings or pin have changed: used from the next attempt on. */
  update(change: Partial<Pick<XmppClientOptions, "password" | "advanced" | "pinnedFingerprint">>): void;
  readonly state: ConnectionState;
  readonly roster: RosterIntents;
  readonly presence: PresenceIntents;
  readonly messages: MessageIntents;
  /** The maximum size of a stanza that our server accepts, bytes (XEP-0478). */
  mostBytes(): number;
  readonly archive: ArchiveIntents;
  readonly displayedSync: DisplayedSyncIntents;
  readonly devices: DeviceIntents;
  readonly rooms: RoomIntents;
  readonly bookmarks: BookmarkIntents;
  readonly avatars: AvatarIntents;
  readonly ownAvatar: OwnAvatarIntents;
  readonly upload: UploadIntents;
  readonly commands: AdHoc;
  readonly entities: Entities;
  readonly invites: InviteIntents;
  /** Whether the user looks at the window (XEP-0352); kept for new sessions. */
  setActive(active: boolean): void;
  /** The network has changed: checks at once whether the link still works. */
  checkLink(): void;
}
