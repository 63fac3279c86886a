/** The occupants of an account's rooms, kept in memory; the window receives those of rooms that it shows. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Occupant, Role } from "../../../shared/model/room.ts";
import type { RoomOccupant } from "../../xmpp/room-events.ts";

const ORDER: Record<Role, number> = { moderator: 0, participant: 1, visitor: 2, none: 3 };
const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });
const inOrder = (a: Occupant, b: Occupant): number =>
  ORDER[a.role] - ORDER[b.role] || collator.compare(a.nickname, b.nickname) || (a.nickname < b.nickname ? -1 : 1);

export interface Occupants {
  /** @returns the changes in the form for the window */
  apply(
    room: BareJid,
    changed: readonly RoomOccupant[],
    removed: readonly string[],
  ): { changed: Occupant[]; removed: string[] };
  count(room: BareJid): number;
  get(room: BareJid, nickname: string): Occupant | null;
  /** The occupants of all rooms whose real JID this is. */
  named(jid: BareJid): { room: BareJid; nickname: string }[];
  /** Sorted by role and nickname. @param after the last nickname of the previous page */
  page(room: BareJid, after: string | null, limit: number): { occupants: Occupant[]; next: string | null };
  clear(room: BareJid): void;
}

export function createOccupants(): Occupants {
  const rooms = new Map<BareJid, Map<string, Occupant>>();
  /** Sorted once for all pages that are read in a row. */
  const sorted = new Map<BareJid, Occupant[]>();

  return {
    apply(room, changed, removed) {
      const there = rooms.get(room) ?? new Map<string, Occupant>();
      rooms.set(room, there);
      sorted.delete(room);
      const gone = removed.filter((nickname) => there.delete(nickname));
      for (const one of changed) there.set(one.nickname, one);
      return { changed: [...changed], removed: gone };
    },
    count: (room) => rooms.get(room)?.size ?? 0,
    get: (room, nickname) => rooms.get(room)?.get(nickname) ?? null,
    named: (jid) =>
      [...rooms].flatMap(([room, there]) =>
        [...there.values()].flatMap((one) => (one.jid === jid ? [{ room, nickname: one.nickname }] : [])),
      ),
    page(room, after, limit) {
      let list = sorted.get(room);
      if (list === undefined) sorted.set(room, (list = [...(rooms.get(room)?.values() ?? [])].sort(inOrder)));
      const from = after === null ? 0 : list.findIndex((one) => one.nickname === after) + 1;
      const occupants = list.slice(from, from + limit);
      return { occupants, next: from + limit < list.length ? occupants.at(-1)!.nickname : null };
    },
    clear(room) {
      rooms.delete(room);
      sorted.delete(room);
    },
  };
}
