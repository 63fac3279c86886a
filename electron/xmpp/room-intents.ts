/** What the core can ask of rooms (XEP-0045), their archives and bookmarks (XEP-0402). */
import type { BareJid } from "../../shared/jid.ts";
import type { FormField } from "../../shared/model/form.ts";
import type { Affiliation, FoundRoom, Role, RoomTraits } from "../../shared/model/room.ts";
import type { ArchivePage } from "../model/message.ts";
import type { ArchiveQuery } from "./intents.ts";
import type { Bookmark, RoomAsked } from "./room-events.ts";

export interface RoomIntents {
  /**
   * Enters (XEP-0045 §7.2). What comes of it comes as event: `room.joined` or `room.out`, `timeout` after 30 seconds.
   * @param since of the last message that is held, ms: where the room has no archive, it is asked for its history since
   *   then; null where its archive is read: no history at all
   * @throws {NotConnected}
   */
  join(of: { room: BareJid; nickname: string; password: string | null; since: number | null }): Promise<void>;
  /** Leaves, or gives up entering (§7.14). Nothing happens when we are not in. */
  leave(room: BareJid): Promise<void>;
  /**
   * Removes somebody's message, as a moderator (XEP-0425 §4).
   * @param target the room's id of it
   * @throws as `Stream.request`
   */
  moderate(room: BareJid, target: string, reason: string): Promise<void>;
  /** @throws {StanzaError} `conflict` for one that is taken; as `Stream.request` */
  setNickname(room: BareJid, nickname: string): Promise<void>;
  setSubject(room: BareJid, text: string): Promise<void>;
  /** What the room announces, and its name (§6.4). @throws as `Stream.request` */
  info(room: BareJid): Promise<{ name: string; traits: RoomTraits }>;
  /** §9.1, §9.6: `none` kicks. @throws as `Stream.request` */
  setRole(room: BareJid, nickname: string, role: Role, reason: string): Promise<void>;
  /** §9.2 to §10.6. @throws as `Stream.request` */
  setAffiliation(room: BareJid, jid: BareJid, affiliation: Affiliation, reason: string): Promise<void>;
  affiliations(room: BareJid, affiliation: Affiliation): Promise<{ jid: BareJid; reason: string }[]>;
  /** The configuration form of an owner (§10.2). @throws as `Stream.request` */
  configuration(room: BareJid): Promise<FormField[]>;
  /** Submits fields by name; what is not named stays. An empty list takes the room as it is (§10.1.2). */
  configure(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  /** Asks the moderators to let us speak (§7.13). @throws {NotConnected} */
  askForVoice(room: BareJid): Promise<void>;
  /**
   * What a room wants to know of who asks to become a member (§7.10).
   * @throws as `Stream.request`: it takes nobody so, or us not
   */
  registration(room: BareJid): Promise<{ registered: boolean; fields: FormField[] }>;
  register(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  /** Says yes or no to who asked (§8.6, §9.9). */
  answer(asked: Pick<RoomAsked, "room" | "kind" | "answer">, allow: boolean): Promise<void>;
  /** Through the room (§7.8.2) where we are in, so that a members-only one lets him in; and directly (XEP-0249). */
  invite(room: BareJid, person: BareJid, reason: string): Promise<void>;
  decline(room: BareJid, inviter: BareJid, reason: string): Promise<void>;
  /** §10.9. */
  destroy(room: BareJid, reason: string, alternate: BareJid | null): Promise<void>;
  /** One page of the room's archive; as `ArchiveIntents.page`. */
  page(room: BareJid, query: ArchiveQuery, began?: (first: string) => void): Promise<ArchivePage>;
  /** Services for rooms at our server (XEP-0030). */
  services(): Promise<BareJid[]>;
  /** The public rooms of a service, page by page (XEP-0059). @param after `next` of the page before */
  find(service: BareJid, after: string | null): Promise<{ rooms: FoundRoom[]; next: string | null }>;
}

export interface BookmarkIntents {
  /**
   * Adds or changes one, kept private or not at all (CVE-2018-6591).
   * @returns false when the server cannot keep it private
   */
  put(bookmark: Bookmark): Promise<boolean>;
  remove(room: BareJid): Promise<void>;
}
