/** Work for many rooms, for some of them at the same time. */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";

/** @returns puts a room into the line, unless it waits there already. What fails is passed over. */
export function inTurns(atOnce: number, work: (room: BareJid) => Promise<void>): (room: BareJid) => void {
  const waiting = new Set<BareJid>();
  const inTurn = pLimit(atOnce);

  return (room) => {
    if (waiting.has(room)) return;
    waiting.add(room);
    inTurn(() => {
      waiting.delete(room);
      return work(room);
    }).catch(logged("app/rooms", "work on a room failed", "warn"));
  };
}

/** @returns does the work for a room; what is asked for meanwhile is done once more afterwards. What fails is logged */
export function oneAtATime(work: (room: BareJid) => Promise<void>): (room: BareJid) => void {
  /** Whether it is to be done once more. */
  const again = new Map<BareJid, boolean>();

  return function add(room) {
    if (again.has(room)) return void again.set(room, true);
    again.set(room, false);
    void work(room)
      .catch(logged("app/rooms", "a room could not be read anew"))
      .finally(() => {
        const isWanted = again.get(room) === true;
        again.delete(room);
        if (isWanted) add(room);
      });
  };
}
