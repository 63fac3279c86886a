/**
 * What of the presences and status codes of a room is worth telling those who are in it (XEP-0045 §8 to §10, §15.6.2).
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { Affiliation, Role } from "../../../shared/model/room.ts";
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import type { RoomOccupant } from "../room-events.ts";
import { whyOut, type RoomPresence } from "./presence.ts";

/** How we are called there, and our bare JID. */
export interface Us {
  nickname: string;
  account: BareJid;
}

type Person = Extract<RoomChange, { kind: "person" }>;
type By = Person["by"];

/** A nickname can be anything, also our address: where an address is told, that alone says who it is. */
const byOf = ({ actor }: RoomPresence, us: Us): By =>
  actor === null
    ? null
    : { name: actor.name, self: actor.jid === null ? actor.name === us.nickname : actor.jid === us.account };

function person(read: RoomPresence, what: Person["what"], self: boolean, us: Us): RoomChange {
  return {
    kind: "person",
    what,
    nicknames: [read.occupant.nickname],
    count: 1,
    self,
    by: byOf(read, us),
    reason: read.reason,
  };
}

/**
 * From somebody's last presence why he is gone; null: by his own will, or for a reason that is none of the others'
 * (332, 333).
 */
export function putOut(read: RoomPresence, self: boolean, us: Us): RoomChange | null {
  const why = whyOut(read);
  switch (why) {
    case "kicked":
    case "banned":
    case "not-a-member-any-more":
    case "became-members-only":
      return person(read, why, self, us);
    case "shutdown":
    case "lost":
    case "destroyed":
      return self ? { kind: "ended", what: why, reason: read.destroyed?.reason || read.reason } : null;
    default:
      return null;
  }
}

const ADDED: Partial<Record<Affiliation, Person["what"]>> = { owner: "owner", admin: "admin", member: "member" };
const TAKEN: Partial<Record<Affiliation, Person["what"]>> = {
  owner: "not-owner",
  admin: "not-admin",
  member: "not-member",
};

/** A role that goes with an affiliation is not told by itself (§5.1). */
function changeOfRole(before: Role, now: Role): Person["what"] | null {
  if (now === "moderator") return "moderator";
  if (now === "visitor") return "no-voice";
  if (now !== "participant") return null;
  return before === "moderator" ? "not-moderator" : "voice";
}

/** @param before what the same occupant was until now */
export function changed(
  before: Pick<RoomOccupant, "role" | "affiliation">,
  read: RoomPresence,
  self: boolean,
  us: Us,
): RoomChange | null {
  const { role, affiliation } = read.occupant;
  if (before.affiliation !== affiliation) {
    const what = affiliation === "none" ? TAKEN[before.affiliation] : ADDED[affiliation];
    return what === undefined ? null : person(read, what, self, us);
  }
  const what = before.role === role ? null : changeOfRole(before.role, role);
  return what === null ? null : person(read, what, self, us);
}

const CONFIGURED: ReadonlyMap<number, Extract<RoomChange, { kind: "room" }>["what"]> = new Map([
  [170, "logging-on"],
  [171, "logging-off"],
  [172, "non-anonymous"],
  [173, "semi-anonymous"],
  // Until version 1.22 of the XEP.
  [174, "fully-anonymous"],
  [104, "configured"],
] as const);

/** From the codes with which a room says that it is another one now (§10.2.1); empty: they say nothing of that. */
export function configured(codes: readonly number[]): RoomChange[] {
  const found = new Set(codes.flatMap((code) => CONFIGURED.get(code) ?? []));
  // That something else has changed, too, is not worth a word beside what concerns everybody.
  if (found.size > 1) found.delete("configured");
  return [...found].map((what) => ({ kind: "room", what }));
}
