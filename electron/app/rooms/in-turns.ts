/** Work for many rooms, for some of them at the same time. */
import type { BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";

/** @returns puts a room into the line, unless it waits there already. What fails is passed over. */
export function inTurns(atOnce: number, work: (room: BareJid) => Promise<void>): (room: BareJid) => void {
  const waiting: BareJid[] = [];
  let workers = 0;

  return function add(room) {
    if (!waiting.includes(room)) waiting.push(room);
    while (workers < atOnce && waiting.length > 0) {
      const next = waiting.shift()!;
      workers++;
      void work(next)
        .catch(logged("app/rooms", "work on a room failed", "warn"))
        .finally(() => {
          workers--;
          if (waiting.length > 0) add(waiting[0]!);
        });
    }
  };
}
