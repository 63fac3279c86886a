/** All dialogs. At most one of each kind is open; see `Dialogs` in app/. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { MediaItem } from "../../shared/ipc/media.ts";
import type { AccountId, BareKey, ChatKey } from "../../shared/model/primitives.ts";
import type { Occupant } from "../../shared/model/room.ts";

/** An action on an occupant that requires a question first. */
export type OccupantQuestion = "kick" | "ban" | "admin" | "owner";

/** Dialogs about one room as a whole. */
export type RoomDialogKind =
  "invite" | "configure" | "affiliations" | "destroy" | "nickname" | "password" | "readers" | "register" | "subject";

export interface JoinGiven {
  nickname: string | null;
  password: string | null;
}

/** Dialogs about group chats. */
export type RoomDialog =
  /** `given`: content of a link. */
  | { kind: "join"; at: { account: AccountId; jid: BareJid } | null; given?: JoinGiven | null }
  | { kind: "create" }
  | ({ kind: RoomDialogKind } & BareKey)
  | ({ kind: "occupant"; question: OccupantQuestion; occupant: Occupant } & BareKey);

/** The target of a request to a service. */
interface Entity {
  account: AccountId;
  at: Jid;
}
export type CommandView = Entity & { kind: "command"; /** Empty: to be chosen. */ node: string };
export type DiscoView = Entity & { kind: "disco"; node: string; request: "info" | "items" };
export type PubsubView = Entity & {
  kind: "pubsub";
  action: "subscribe" | "unsubscribe" | "retrieve";
  node: string;
  item: string | null;
};
export type VcardView = Entity & { kind: "vcard" };
export type ServiceView = CommandView | DiscoView | PubsubView | VcardView;

/** The account that the user is about to create: its server, and the inviter. */
export interface RegistrationStart {
  /** Empty: the user is asked for a server. */
  domain: string;
  /** The name reserved by the invitation; null: to be chosen. */
  name: string | null;
  /** Code of an invitation. */
  preauth: string | null;
  /** The contact to add when the account exists. */
  inviter: { jid: BareJid; name: string; groups: string[] } | null;
}

export type Dialog =
  /** Ctrl/Cmd+K. */
  | { kind: "switcher" }
  /** To which chat these files go. */
  | { kind: "share"; files: readonly File[] }
  /** A person's devices and keys. */
  | ({ kind: "devices" } & BareKey)
  /** The link for a person who should become a contact. */
  | { kind: "invite-link" }
  | RoomDialog
  /** Files and links of a chat; null: of all. */
  | { kind: "gallery"; chat: ChatKey | null }
  /** A picture or video; `chat` as in the gallery. */
  | { kind: "viewer"; chat: ChatKey | null; at: MediaItem }
  /** The question about an `xmpp:` address. */
  | { kind: "uri"; uri: string }
  | { kind: "registration"; start: RegistrationStart }
  | { kind: "service"; view: ServiceView };

const EVERYWHERE: ReadonlySet<Dialog["kind"]> = new Set(["uri", "registration", "service"]);

/** The dialog is about chats, and closes when another view or chat is opened. */
export const isAboutChats = ({ kind }: Dialog): boolean => !EVERYWHERE.has(kind);
