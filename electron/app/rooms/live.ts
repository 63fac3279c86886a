/** The state of a room: its stored record, and what is known in this session. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Room, RoomState, RoomTraits } from "../../../shared/model/room.ts";
import type { StoredRoom } from "../../store/contract/index.ts";

export interface LiveRoom {
  stored: StoredRoom;
  state: RoomState;
  self: Room["self"];
  asked: Room["asked"];
  traits: RoomTraits | null;
}

export const newRoom = (account: AccountId, jid: BareJid): StoredRoom => ({
  account,
  jid,
  name: "",
  nickname: "",
  password: null,
  autojoin: false,
  bookmarked: false,
  notify: "mentions",
  subject: "",
  archived: false,
});

export const leftRoom = (stored: StoredRoom): LiveRoom => ({
  stored,
  state: { state: "left" },
  self: null,
  asked: null,
  traits: null,
});

/** @param occupants number of present occupants */
export function viewOf(
  { stored, state, self, asked, traits }: LiveRoom,
  encryption: Room["encryption"],
  occupants: number,
): Room {
  const { account, jid, name, nickname, autojoin, notify, subject } = stored;
  return { account, jid, name, nickname, autojoin, notify, state, subject, self, asked, traits, encryption, occupants };
}
