/** Turns presences and status codes of a room into notices for the occupants (XEP-0045 §8 to §10, §15.6.2). */
import type { BareJid } from "../../../shared/jid.ts";
import type { Affiliation, Role } from "../../../shared/model/room.ts";
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import type { RoomOccupant } from "../room-events.ts";
import { departureProblem, type RoomPresence } from "./presence.ts";

/** Our nickname in the room, and our bare JID. */
export interface OwnOccupant {
  nickname: string;
  account: BareJid;
}

type Person = Extract<RoomChange, { kind: "person" }>;
type By = Person["by"];

/** A nickname can be any text, even our address. If the room tells the address of the actor, only that counts. */
const byOf = ({ actor }: RoomPresence, us: OwnOccupant): By =>
  actor === null
    ? null
    : { name: actor.name, self: actor.jid === null ? actor.name === us.nickname : actor.jid === us.account };

function person(read: RoomPresence, what: Person["what"], self: boolean, us: OwnOccupant): RoomChange {
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
 * Why an occupant left, from the unavailable presence. Null: they left by themselves, or for a reason that does not
 * concern the others (332, 333).
 */
export function readRemoval(read: RoomPresence, self: boolean, us: OwnOccupant): RoomChange | null {
  const why = departureProblem(read);
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

/** A role that changes together with an affiliation is not reported by itself (§5.1). */
function changeOfRole(before: Role, now: Role): Person["what"] | null {
  if (now === "moderator") return "moderator";
  if (now === "visitor") return "no-voice";
  if (now !== "participant") return null;
  return before === "moderator" ? "not-moderator" : "voice";
}

/** @param before role and affiliation of the same occupant until now */
export function readRoleChange(
  before: Pick<RoomOccupant, "role" | "affiliation">,
  read: RoomPresence,
  self: boolean,
  us: OwnOccupant,
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
  // From versions of the XEP before 1.22.
  [174, "fully-anonymous"],
  [104, "configured"],
] as const);

/** Reads the status codes of a configuration change (§10.2.1). Empty if there are none. */
export function readConfigurationChange(codes: readonly number[]): RoomChange[] {
  const found = new Set(codes.flatMap((code) => CONFIGURED.get(code) ?? []));
  // "Something changed" adds nothing next to a change that is named.
  if (found.size > 1) found.delete("configured");
  return [...found].map((what) => ({ kind: "room", what }));
}
