/** The state of a member's devices next to their name in a room: the worst one. */
import type { RoomMember } from "../../../shared/model/room.ts";

/**
 * `changed`: a device has a new key. `undecided`: new devices of a verified person wait for a decision. `none`: they
 * can read nothing that is encrypted here. `verified`: all devices that can read were verified. `some`: not all of
 * them. `unverified`: none was.
 */
export type MemberKeys = "changed" | "undecided" | "none" | "verified" | "some" | "unverified";

export function memberKeys({
  readers,
  verified,
  undecided,
  changed,
}: Pick<RoomMember, "readers" | "verified" | "undecided" | "changed">): MemberKeys {
  if (changed > 0) return "changed";
  if (undecided > 0) return "undecided";
  if (readers === 0) return "none";
  if (verified === 0) return "unverified";
  return verified >= readers ? "verified" : "some";
}
