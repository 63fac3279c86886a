/** What the core hears of rooms (XEP-0045), bookmarks (XEP-0402) and invitations. */
import type { BareJid } from "../../shared/jid.ts";
import type { Show } from "../../shared/model/presence.ts";
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

/** Somebody asks something of those who may decide in a room; what the room itself says of him. */
export interface RoomAsked {
  room: BareJid;
  /** To speak (XEP-0045 §8.6), or to become a member (§9.9). */
  kind: "voice" | "membership";
  /** Empty: not told. */
  nickname: string;
  jid: BareJid | null;
  /** What he wrote into the room's form. */
  details: { label: string; value: string }[];
  /** What goes back with the answer. */
  answer: [string, string][];
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
   * We are in: all who are there have been told. `created`: it is new and ours (status 201), and locked until
   * configured.
   * `logged`: others may read what is written (170). `nicknameGiven`: the room gave us this one (210).
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
  /** We are not let in, or were put out, or it ended. `lost`: it is worth joining again at once. */
  | {
      type: "room.out";
      room: BareJid;
      problem: RoomProblem;
      text: string;
      by: string | null;
      alternate: BareJid | null;
    }
  /** We left by our own will. */
  | { type: "room.left"; room: BareJid }
  /**
   * Who came, changed or went; many at a time while we join. `another`: nicknames of those who came with one more
   * client.
   */
  | { type: "room.occupants"; room: BareJid; changed: RoomOccupant[]; removed: string[]; another?: string[] }
  /** Our own nickname, role or affiliation is this now. */
  | { type: "room.self"; room: BareJid; nickname: string; role: Role; affiliation: Affiliation }
  /** What somebody is in this room from now on, whether he is there or not. */
  | { type: "room.affiliation"; room: BareJid; jid: BareJid; affiliation: Affiliation }
  | { type: "room.subject"; room: BareJid; by: string; text: string }
  /** Its configuration changed (status 104, 170 to 174): its traits are to be asked for again. */
  | { type: "room.configured"; room: BareJid }
  | { type: "room.asked"; asked: RoomAsked }
  | { type: "room.noticed"; room: BareJid; change: RoomChange }
  /** What is bookmarked: all of it, or what changed. */
  | { type: "bookmarks"; whole: boolean; changed: Bookmark[]; removed: BareJid[] };
