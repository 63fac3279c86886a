/** A room that we are in or joining (XEP-0045 §7.2), as the session knows it. */
import type { BareJid } from "../../../shared/jid.ts";
import type { RoomOccupant } from "../room-events.ts";
import type { Occupancy } from "./occupants/occupancies.ts";

export interface MucRoom {
  room: BareJid;
  /** The connection over which we joined. */
  session: object;
  nickname: string;
  /** We are in, and every present occupant was reported. */
  joined: boolean;
  /** Our availability as the room knows it. */
  shown: string;
  late: NodeJS.Timeout | null;
  /** When the room is given up if it does not answer, by the clock of what we read. */
  patientUntil: number;
  /** While we join, occupants are collected here and reported together. */
  occupants: Map<string, RoomOccupant>;
  /** The uninterrupted presence of each nickname. */
  occupancies: Map<string, Occupancy>;
  ownOccupantId: string | null;
  nonAnonymous: boolean;
  /** Start of the requested history, ms since 1970. */
  since: number;
  /** The service does not mark our own presence (status 110, §7.2.3): our nickname identifies us. */
  unmarked: boolean;
  /** When we joined, on a monotonic clock. Null: not yet. */
  joinedAt: number | null;
  /**
   * The subject, which the room sends after the history to each occupant who joins (§7.2.15). Null: not received yet.
   */
  subject: string | null;
  heardAt: number;
  /** Number of presences that came from it. */
  presences: number;
}

/** Nothing has come from the room. */
export const joiningRoom = (
  of: Pick<MucRoom, "room" | "session" | "nickname" | "shown" | "since" | "patientUntil">,
): MucRoom => ({
  ...of,
  joined: false,
  late: null,
  occupants: new Map(),
  occupancies: new Map(),
  ownOccupantId: null,
  nonAnonymous: false,
  unmarked: false,
  joinedAt: null,
  subject: null,
  heardAt: performance.now(),
  presences: 0,
});
