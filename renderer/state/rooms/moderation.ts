/** Actions that an occupant may perform on another one (XEP-0045 §5.1.1, §5.2.1, §8, §9, §10). Pure. */
import type { Affiliation, Occupant, Role, Room } from "../../../shared/model/room.ts";

export type ModerationAction =
  | "give-voice"
  | "take-voice"
  | "make-moderator"
  | "unmake-moderator"
  | "make-member"
  | "unmake-member"
  | "make-admin"
  | "unmake-admin"
  | "make-owner"
  | "unmake-owner"
  | "kick"
  | "ban";

export type Self = NonNullable<Room["self"]>;

const RANK: Record<Affiliation, number> = { outcast: 0, none: 1, member: 2, admin: 3, owner: 4 };
const isStaff = (affiliation: Affiliation): boolean => RANK[affiliation] >= RANK.admin;

/**
 * The actions that we may perform; the room has the last word.
 * @param self null while we are not in
 * @returns in the order of a menu
 */
export function moderationActions(
  self: Self | null,
  other: Pick<Occupant, "self" | "role" | "affiliation" | "jid">,
): ModerationAction[] {
  if (self === null || other.self) return [];
  const deeds: ModerationAction[] = [];
  const outranks = RANK[self.affiliation] > RANK[other.affiliation];
  const isOwner = self.affiliation === "owner";
  const isAdmin = isStaff(self.affiliation);
  // An affiliation belongs to an address, so it cannot be changed without one.
  const isKnown = other.jid !== null;
  if (self.role === "moderator") {
    if (other.role === "visitor") deeds.push("give-voice");
    if (other.role === "participant" && !isStaff(other.affiliation)) deeds.push("take-voice");
  }
  if (isAdmin) {
    if (other.role === "participant" || other.role === "visitor") deeds.push("make-moderator");
    if (other.role === "moderator" && !isStaff(other.affiliation)) deeds.push("unmake-moderator");
    if (isKnown && other.affiliation === "none") deeds.push("make-member");
    if (isKnown && other.affiliation === "member") deeds.push("unmake-member");
  }
  if (isOwner && isKnown) {
    deeds.push(other.affiliation === "admin" ? "unmake-admin" : "make-admin");
    deeds.push(other.affiliation === "owner" ? "unmake-owner" : "make-owner");
  }
  if (self.role === "moderator" && (isStaff(other.affiliation) ? outranks : isAdmin || other.role !== "moderator"))
    deeds.push("kick");
  if (isAdmin && isKnown && outranks) deeds.push("ban");
  return deeds;
}

export const isOwner = (self: Self | null): boolean => self?.affiliation === "owner";
export const isAdmin = (self: Self | null): boolean => self !== null && isStaff(self.affiliation);
/** A visitor may only read (XEP-0045 §5.1.1). */
export const mayWrite = (role: Role | undefined): boolean => role !== "visitor" && role !== "none";
