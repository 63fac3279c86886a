/** What is to be said of somebody's devices where he is named in a room: the worst of it. */
import type { RoomMember } from "../../../shared/model/room.ts";

/**
 * `changed`: a device shows another key. `undecided`: new devices of somebody verified wait for a decision. `none`: he
 * can read nothing that is encrypted here. `verified`: all that read were compared. `some`: not all of them.
 * `unverified`: none was.
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
