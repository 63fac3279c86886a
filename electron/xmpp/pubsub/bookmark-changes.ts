/**
 * Finds what another program changed in one of several bookmark stores that the server does not synchronize. A store
 * is compared with its content when we looked last, so a change there is told from a change of ours.
 */
import type { BareJid } from "../../../shared/jid.ts";
import { log } from "../../log/log.ts";
import type { Bookmark } from "../room-events.ts";
import { digestOf } from "./bookmark-format.ts";

/** Private XML storage, the old PEP node, and the XEP-0402 node where it cannot hold all rooms. */
export type Place = "private" | "pep" | "node";

/** Digests of the rooms in a store when we looked last; null: it was there, with unknown values. */
export type Seen = Map<string, string | null>;
export type SeenPlaces = Record<Place, Seen>;

type Bookmarks = ReadonlyMap<BareJid, Bookmark>;

/**
 * The rooms that were added or changed in a store, and those removed from it.
 * @param current the bookmarks that are valid now
 * @param isFirst there is no other store yet, so every room counts as added
 */
export function changesIn(
  found: Bookmarks,
  seen: Seen,
  current: Bookmarks,
  isFirst: boolean,
): { taken: Bookmark[]; removed: BareJid[] } {
  const taken = [...found.values()].filter((one) => {
    const [last, mine] = [seen.get(one.room), current.get(one.room)];
    if (mine === undefined) return isFirst || !seen.has(one.room) || isChanged(one, last);
    return isChanged(one, last) && digestOf(mine) !== digestOf(one);
  });
  const gone = [...seen].flatMap(([room, last]) =>
    last !== null && !found.has(room as BareJid) && current.has(room as BareJid) ? [room as BareJid] : [],
  );
  // Programs remove one room at a time. A list that lost all of several rooms at once was lost itself.
  const isLost = found.size === 0 && gone.length > 1;
  if (isLost) log.warn("xmpp", `an old list of bookmarks is empty, rooms before: ${gone.length}; they are kept`);
  return { taken, removed: isLost ? [] : gone };
}

/** Rooms that are unchanged in a store since we looked last, but were changed or removed (null) in ours. */
export function outdatedIn(found: Bookmarks, seen: Seen, current: Bookmarks): Map<BareJid, Bookmark | null> {
  const outdated = new Map<BareJid, Bookmark | null>();
  for (const [room, one] of found) {
    const mine = current.get(room) ?? null;
    if (seen.get(room) === digestOf(one) && (mine === null || digestOf(mine) !== digestOf(one)))
      outdated.set(room, mine);
  }
  return outdated;
}

export const seenOf = (found: Bookmarks): Seen => new Map([...found].map(([room, one]) => [room, digestOf(one)]));

const isChanged = (one: Bookmark, last: string | null | undefined): boolean =>
  last !== undefined && last !== null && last !== digestOf(one);

export const writeSeen = (seen: SeenPlaces): string =>
  JSON.stringify({ private: [...seen.private], pep: [...seen.pep], node: [...seen.node] });

/** Also reads the older form, a list of rooms without their values. */
export function readSeen(kept: string | null): SeenPlaces {
  try {
    const read: unknown = kept === null ? [] : JSON.parse(kept);
    if (Array.isArray(read)) {
      const rooms = (): Seen => new Map(read.map((room) => [String(room), null]));
      return { private: rooms(), pep: rooms(), node: new Map() };
    }
    const places = read as Partial<Record<Place, unknown>> | null;
    return { private: entries(places?.private), pep: entries(places?.pep), node: entries(places?.node) };
  } catch (error) {
    log.warn("xmpp", "the list of old bookmarks cannot be read", error);
    return { private: new Map(), pep: new Map(), node: new Map() };
  }
}

function entries(read: unknown): Seen {
  const list: unknown[] = Array.isArray(read) ? read : [];
  return new Map(
    list.flatMap((one) =>
      Array.isArray(one) ? [[String(one[0]), typeof one[1] === "string" ? one[1] : null] as const] : [],
    ),
  );
}
