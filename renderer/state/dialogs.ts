/** What can stand in front of everything else. One of a kind at a time; see `Dialogs` in app/. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { AccountId, BareKey } from "../../shared/model/primitives.ts";
import type { Occupant } from "../../shared/model/room.ts";

/** What is done to somebody in a room that deserves a question first. */
export type OccupantQuestion = "kick" | "ban" | "admin" | "owner";

/** Dialogs that are about one room as a whole. */
export type RoomDialogKind =
  "invite" | "configure" | "affiliations" | "destroy" | "nickname" | "password" | "readers" | "register" | "subject";

export interface JoinGiven {
  nickname: string | null;
  password: string | null;
}

/** About group chats. */
export type RoomDialog =
  /** `given`: what a link said. */
  | { kind: "join"; at: { account: AccountId; jid: BareJid } | null; given?: JoinGiven | null }
  | { kind: "create" }
  | ({ kind: RoomDialogKind } & BareKey)
  | ({ kind: "occupant"; question: OccupantQuestion; occupant: Occupant } & BareKey);

/** What a service is asked. */
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

/** The account that the user is about to make: where, and on whose invitation. */
export interface RegistrationStart {
  /** Empty: the user is asked for a server. */
  domain: string;
  /** The name that the invitation is for; null: to be chosen. */
  name: string | null;
  /** Code of an invitation. */
  preauth: string | null;
  /** Who becomes a contact when the account is there. */
  inviter: { jid: BareJid; name: string; groups: string[] } | null;
}

export type Dialog =
  /** Ctrl/Cmd+K. */
  | { kind: "switcher" }
  /** The devices and keys of somebody. */
  | ({ kind: "devices" } & BareKey)
  /** The link for somebody who is to become a contact. */
  | { kind: "invite-link" }
  | RoomDialog
  /** The question about an `xmpp:` address. */
  | { kind: "uri"; uri: string }
  | { kind: "registration"; start: RegistrationStart }
  | { kind: "service"; view: ServiceView };

const EVERYWHERE: ReadonlySet<Dialog["kind"]> = new Set(["uri", "registration", "service"]);

/** It is about the chats, and closes when they are left or another one opens. */
export const isAboutChats = ({ kind }: Dialog): boolean => !EVERYWHERE.has(kind);
