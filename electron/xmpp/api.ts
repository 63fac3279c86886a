/** The XMPP side of one account, as the core sees it. */
import type { BareJid } from "../../shared/jid.ts";
import type { Advanced, ConnectionState } from "../../shared/model/account.ts";
import type { XmppEvent } from "./events.ts";
import type {
  ArchiveIntents,
  AvatarIntents,
  DeviceIntents,
  DisplayedSyncIntents,
  MessageIntents,
  PresenceIntents,
  RosterIntents,
} from "./intents.ts";
import type { BookmarkIntents, RoomIntents } from "./room-intents.ts";
import type { InviteIntents } from "./roster/invites.ts";
import type { AdHoc } from "./services/adhoc.ts";
import type { Entities } from "./services/entities.ts";
import type { AccountMemory } from "./stream.ts";

export interface XmppClientOptions {
  account: BareJid;
  password: string;
  advanced: Advanced;
  pinnedFingerprint: string | null;
  /** Version of the roster that the store holds, for RFC 6121 §2.6; null when none. */
  rosterVersion: () => Promise<string | null>;
  memory: AccountMemory;
  /** A room that we are in, or were: what its occupants say to us alone is from nobody's own address. */
  isRoom?(jid: BareJid): boolean;
  /** May see our presence by a subscription (RFC 6121 §3.1). Nobody, unless told. */
  seesPresence?(jid: BareJid): boolean;
  /** Called in order, one at a time; the next stanza waits until it settles. */
  emit(event: XmppEvent): Promise<void>;
  /** Software name and version for XEP-0092 and SASL2's user-agent. */
  software: { name: string; version: string };
  /** Waits until this client may try to connect; what it gives is called when the attempt is over. */
  turn?: () => Promise<() => void>;
  /** Hears of checkpoints on the way of a stanza; see `Checkpoint` in `app/ports.ts`. */
  checkpoint?: ((at: "counted" | "recorded" | "written" | "acknowledged") => void) | undefined;
}

/** One account's whole XMPP side: connection, reconnecting, features. */
export interface XmppClient {
  /** Begins to connect and keeps at it until `stop`. Never throws: what happens comes as events. */
  start(): void;
  /** Says goodbye (unavailable presence, stream end) and stays off. Settles when the socket is closed. */
  stop(): Promise<void>;
  /** Skips the wait before the next attempt, or starts again after a final problem. */
  connectNow(): void;
  /** Password, advanced settings or pin changed: used from the next attempt on. */
  update(change: Partial<Pick<XmppClientOptions, "password" | "advanced" | "pinnedFingerprint">>): void;
  readonly state: ConnectionState;
  readonly roster: RosterIntents;
  readonly presence: PresenceIntents;
  readonly messages: MessageIntents;
  /** The largest stanza that our server takes, bytes (XEP-0478). */
  mostBytes(): number;
  readonly archive: ArchiveIntents;
  readonly displayedSync: DisplayedSyncIntents;
  readonly devices: DeviceIntents;
  readonly rooms: RoomIntents;
  readonly bookmarks: BookmarkIntents;
  readonly avatars: AvatarIntents;
  readonly commands: AdHoc;
  readonly entities: Entities;
  readonly invites: InviteIntents;
  /** The user looks at the window, or not (XEP-0352); kept for new sessions. */
  setActive(active: boolean): void;
  /** The network changed under us: finds out at once whether the link still lives. */
  checkLink(): void;
}
