/** A room as an account knows it now: what is stored of it, and what holds for this session. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Room, RoomState, RoomTraits } from "../../../shared/model/room.ts";
import type { StoredRoom } from "../../store/contract/index.ts";

export interface Live {
  stored: StoredRoom;
  state: RoomState;
  self: Room["self"];
  asked: Room["asked"];
  traits: RoomTraits | null;
}

export const neverKnown = (account: AccountId, jid: BareJid): StoredRoom => ({
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

export const asLeft = (stored: StoredRoom): Live => ({
  stored,
  state: { state: "left" },
  self: null,
  asked: null,
  traits: null,
});

/** @param occupants how many are there */
export function viewOf(
  { stored, state, self, asked, traits }: Live,
  encryption: Room["encryption"],
  occupants: number,
): Room {
  const { account, jid, name, nickname, autojoin, notify, subject } = stored;
  return { account, jid, name, nickname, autojoin, notify, state, subject, self, asked, traits, encryption, occupants };
}
