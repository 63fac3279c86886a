/** Queues work for rooms. */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";

/** @returns a function that queues a room, unless it is waiting already. Failures are logged */
export function roomQueue(atOnce: number, work: (room: BareJid) => Promise<void>): (room: BareJid) => void {
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

/** @returns a function that does the work for a room. Requests during the work repeat it once. Failures are logged */
export function coalesce(work: (room: BareJid) => Promise<void>): (room: BareJid) => void {
  /** Whether the work must be repeated. */
  const again = new Map<BareJid, boolean>();

  return function add(room) {
    if (again.has(room)) return void again.set(room, true);
    again.set(room, false);
    void work(room)
      .catch(logged("app/rooms", "a room could not be read again"))
      .finally(() => {
        const isWanted = again.get(room) === true;
        again.delete(room);
        if (isWanted) add(room);
      });
  };
}
