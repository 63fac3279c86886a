/** Joins rooms again that removed us for a temporary reason: soon at first, then less and less often. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { RoomProblem } from "../../../../shared/model/room.ts";
import { backoff } from "../../../xmpp/stream/connection/reconnect.ts";

/** Minimum and maximum of the wait, in ms. */
const WAIT = { first: 5_000, longest: 10 * 60_000 };
/** After being in a room for this time, in ms, the wait is short again. */
const LONG = 60_000;
const MAY_PASS: ReadonlySet<RoomProblem> = new Set(["lost", "timeout", "shutdown", "no-server", "unavailable"]);

export const mayPass = (problem: RoomProblem): boolean => MAY_PASS.has(problem);

export interface Retries {
  joined(room: BareJid): void;
  /** We are out. Joins the room after a while if the problem may be temporary. */
  out(room: BareJid, problem: RoomProblem): void;
  /** The user, or a new session, joins the room now. */
  reset(room: BareJid): void;
}

/** @param enter joins the room if it is still wanted @param random a number in [0, 1) */
export function createRetries(enter: (room: BareJid) => void, random: () => number = Math.random): Retries {
  const tries = new Map<BareJid, { count: number; joinedAt: number | null; timer: NodeJS.Timeout | null }>();

  return {
    joined(room) {
      const one = tries.get(room);
      if (one !== undefined) one.joinedAt = performance.now();
    },
    out(room, problem) {
      if (!mayPass(problem)) return this.reset(room);
      const before = tries.get(room);
      clearTimeout(before?.timer ?? undefined);
      const wasIn = before?.joinedAt ?? null;
      const count = wasIn !== null && performance.now() - wasIn >= LONG ? 1 : (before?.count ?? 0) + 1;
      const timer = setTimeout(() => enter(room), backoff(count, random, WAIT)).unref();
      tries.set(room, { count, joinedAt: null, timer });
    },
    reset(room) {
      clearTimeout(tries.get(room)?.timer ?? undefined);
      tries.delete(room);
    },
  };
}
