/** What the core can request of rooms (XEP-0045), their archives and bookmarks (XEP-0402). */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { FormField } from "../../shared/model/form.ts";
import type { Affiliation, FoundRoom, Role, RoomTraits } from "../../shared/model/room.ts";
import type { ArchivePage } from "../model/message.ts";
import type { ArchiveQuery } from "./intents.ts";
import type { Bookmark, ModeratorRequest } from "./room-events.ts";

export interface RoomIntents {
  /**
   * Joins (XEP-0045 §7.2). The result is an event: `room.joined` or `room.out`, `timeout` after 30 seconds.
   * @param since when the last stored message was sent, ms: a room without an archive sends its history since then;
   * null if the room's archive is read: no history
   * @throws {NotConnected}
   */
  join(of: { room: BareJid; nickname: string; password: string | null; since: number | null }): Promise<void>;
  /** Number of presences that have come from a room since we began to join it; 0 if we are not there. */
  presences(room: BareJid): number;
  /** Leaves, or cancels joining (§7.14). Does nothing if we are not in. */
  leave(room: BareJid): Promise<void>;
  /**
   * Removes an occupant's message, as a moderator (XEP-0425 §4).
   * @param target the room's archive id
   * @throws as `Stream.request`
   */
  moderate(room: BareJid, target: string, reason: string): Promise<void>;
  /** The result is the event `room.self`, or `request.refused` (§7.6). @throws {NotConnected} if we are not in */
  setNickname(room: BareJid, nickname: string): Promise<void>;
  /** The result is the event `room.subject`, or `request.refused` (§8.1). @throws {NotConnected} */
  setSubject(room: BareJid, text: string): Promise<void>;
  /** What the room announces, and its name (§6.4). @throws {NotARoom} and as `Stream.request` */
  info(room: BareJid): Promise<{ name: string; traits: RoomTraits }>;
  /** Changes a role; `none` kicks (§9.1, §9.6). @throws as `Stream.request` */
  setRole(room: BareJid, nickname: string, role: Role, reason: string): Promise<void>;
  /** Changes an affiliation (§9.2 to §10.6). @throws as `Stream.request` */
  setAffiliation(room: BareJid, jid: BareJid, affiliation: Affiliation, reason: string): Promise<void>;
  affiliations(room: BareJid, affiliation: Affiliation): Promise<{ jid: BareJid; reason: string }[]>;
  /** The configuration form for owners (§10.2). @throws as `Stream.request` */
  configuration(room: BareJid): Promise<FormField[]>;
  /** Submits fields by name; others do not change. An empty list accepts the default configuration (§10.1.2). */
  configure(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  /** Requests voice from the moderators (§7.13). A refusal is the event `request.refused`. @throws {NotConnected} */
  askForVoice(room: BareJid): Promise<void>;
  /**
   * The registration form of a room (§7.10).
   * @throws as `Stream.request` if the room does not register anybody, or not us
   */
  registration(room: BareJid): Promise<{ registered: boolean; fields: FormField[] }>;
  register(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  /** Grants or denies a request (§8.6, §9.9). */
  answer(asked: Omit<ModeratorRequest, "details">, allow: boolean): Promise<void>;
  /**
   * Sends a mediated invitation (§7.8.2) if we are in, which makes the person a member of a members-only room, and a
   * direct one (XEP-0249). A refusal is the event `request.refused`.
   */
  invite(room: BareJid, person: BareJid, reason: string): Promise<void>;
  /** Declines a mediated invitation (§7.8.2). @param inviter as the room named them */
  decline(room: BareJid, inviter: Jid, reason: string): Promise<void>;
  /** Destroys the room (§10.9). */
  destroy(room: BareJid, reason: string, alternate: BareJid | null): Promise<void>;
  /** One page of the room's archive; as `ArchiveIntents.page`. */
  page(room: BareJid, query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /** Services with rooms at our server (XEP-0030). */
  services(): Promise<BareJid[]>;
  /** The public rooms of a service, page by page (XEP-0059). @param after `next` of the previous page */
  find(service: BareJid, after: string | null): Promise<{ rooms: FoundRoom[]; next: string | null }>;
}

export interface BookmarkIntents {
  /**
   * Adds or changes a bookmark, only if it can be kept private (CVE-2018-6591).
   * @returns false if the server cannot keep it private
   */
  put(bookmark: Bookmark): Promise<boolean>;
  remove(room: BareJid): Promise<void>;
}
