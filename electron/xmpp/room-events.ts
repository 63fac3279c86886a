/** Events of rooms (XEP-0045), bookmarks (XEP-0402) and invitations for the core. */
import type { BareJid } from "../../shared/jid.ts";
import type { Show } from "../../shared/model/presence.ts";
import type { FilledField } from "../../shared/model/form.ts";
import type { Affiliation, Role, RoomProblem } from "../../shared/model/room.ts";
import type { RoomChange } from "../../shared/model/room-notice.ts";

export interface RoomOccupant {
  nickname: string;
  /** XEP-0421, only from a room that announces it. */
  occupantId: string | null;
  /** Real bare JID, as far as the room lets us see it. */
  jid: BareJid | null;
  role: Role;
  affiliation: Affiliation;
  show: Show;
  status: string;
  hats: string[];
  self: boolean;
}

/** A request that a room forwards to its moderators, with the room's own data about the person. */
export interface ModeratorRequest {
  room: BareJid;
  /** For voice (XEP-0045 §8.6), or for membership (§9.9). */
  kind: "voice" | "membership";
  /** Empty if the room does not tell it. */
  nickname: string;
  jid: BareJid | null;
  /** The person's answers in the room's form. */
  details: { label: string; value: string }[];
  /** Fields to return with the answer. */
  answer: FilledField[];
}

export interface Bookmark {
  room: BareJid;
  name: string;
  nickname: string | null;
  password: string | null;
  autojoin: boolean;
}

export type RoomEvent =
  /**
   * We have joined, and all present occupants were reported. `created`: the room is new and ours (status 201), and
   * locked until configured. `logged`: the conversation is logged publicly (170). `nicknameGiven`: the room assigned
   * this nickname (210).
   */
  | {
      type: "room.joined";
      room: BareJid;
      nickname: string;
      role: Role;
      affiliation: Affiliation;
      created: boolean;
      nonAnonymous: boolean;
      logged: boolean;
      nicknameGiven: boolean;
    }
  /** We were refused or removed, or the room ended. `lost`: joining again at once may work. */
  | {
      type: "room.out";
      room: BareJid;
      problem: RoomProblem;
      text: string;
      by: string | null;
      alternate: BareJid | null;
    }
  /** We left by ourselves. */
  /**
   * Occupants who joined, changed or left; many at a time while we join. `another`: nicknames of those with one more
   * client.
   */
  | { type: "room.occupants"; room: BareJid; changed: RoomOccupant[]; removed: string[]; another?: string[] }
  /** Our own present nickname, role and affiliation. */
  | { type: "room.self"; room: BareJid; nickname: string; role: Role; affiliation: Affiliation }
  /** The new affiliation of a person in this room, present or not. */
  | { type: "room.affiliation"; room: BareJid; jid: BareJid; affiliation: Affiliation }
  | { type: "room.subject"; room: BareJid; by: string; text: string }
  /** Its configuration changed (status 104, 170 to 174): its traits must be requested again. */
  | { type: "room.configured"; room: BareJid }
  | { type: "room.asked"; asked: ModeratorRequest }
  | { type: "room.noticed"; room: BareJid; change: RoomChange }
  /** Our bookmarks: all of them, or changes. */
  | { type: "bookmarks"; whole: boolean; changed: Bookmark[]; removed: BareJid[] };
