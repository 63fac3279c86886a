/**
 * Who is in the room that is open: read by pages, then kept by `occupants.changed`, one change a frame. A room may
 * hold thousands, so the map is changed in place: select single occupants, or `members` for lists.
 */
import { create } from "zustand";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Occupant } from "../../../shared/model/room.ts";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import { chatId } from "../chat-id.ts";
import type { Loading } from "../contacts/contacts.ts";
import { eachFrame } from "../each-frame.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";

interface Occupants {
  /** Which room they are in; empty while none is open. */
  room: string;
  status: Loading;
  byNickname: ReadonlyMap<string, Occupant>;
  /**
   * Grows when somebody comes, goes, or gets another role: what the order of a list depends on. In large rooms some
   * times a second.
   */
  members: number;
}

type Change = EventPayload<"occupants.changed">;

const byNickname = new Map<string, Occupant>();
const PAGE = 500;
/** Nicknames that changed while pages are read: what a page says of them is older. */
let newer: Set<string> | null = null;
let reading = 0;
/** A list of more than this is not put in order anew with every frame, but after this pause, ms. */
const LARGE = { people: 500, pause: 250 };
let pausing: ReturnType<typeof setTimeout> | undefined;

export const useOccupants = create<Occupants>()(() => ({ room: "", status: "loading", byNickname, members: 0 }));

/** @param moved the order of a list may be another one; `later`: it may wait */
function touch(change: Partial<Occupants> = {}, moved: "not" | "now" | "later" = "now"): void {
  const isNow = moved === "now" || (moved === "later" && byNickname.size <= LARGE.people);
  if (isNow) {
    clearTimeout(pausing);
    pausing = undefined;
  } else if (moved === "later") {
    pausing ??= setTimeout(() => touch(), LARGE.pause);
  }
  useOccupants.setState((state) => ({ ...change, members: state.members + (isNow ? 1 : 0) }));
}

/** Applies changes in order, those of the open room. */
export function applyOccupants(changes: readonly Change[]): void {
  const { room } = useOccupants.getState();
  let isTouched = false;
  let hasMoved = false;
  for (const { rooms } of changes) {
    for (const one of rooms) {
      if (chatId(one) !== room) continue;
      isTouched = true;
      for (const nickname of one.removed) {
        hasMoved = byNickname.delete(nickname) || hasMoved;
        newer?.add(nickname);
      }
      for (const occupant of one.changed) {
        hasMoved ||= byNickname.get(occupant.nickname)?.role !== occupant.role;
        byNickname.set(occupant.nickname, occupant);
        newer?.add(occupant.nickname);
      }
    }
  }
  if (isTouched) touch({}, hasMoved ? "later" : "not");
}

/** Nobody is in sight any more: the room was closed, or we are out of it. */
export function closeOccupants(): void {
  reading++;
  newer = null;
  byNickname.clear();
  touch({ room: "", status: "loading" });
}

/** Reads who is in a room, and from then on follows what changes. Never throws: `status` tells. */
export async function openOccupants({ account, jid }: ChatKey): Promise<void> {
  closeOccupants();
  const mine = reading;
  const isMine = (): boolean => reading === mine;
  newer = new Set();
  touch({ room: chatId({ account, jid }) });
  try {
    let after: string | null = null;
    do {
      const page: { occupants: Occupant[]; next: string | null } = await call("room.occupants", {
        account,
        jid,
        after,
        limit: PAGE,
      });
      if (!isMine()) return;
      for (const one of page.occupants) if (newer?.has(one.nickname) !== true) byNickname.set(one.nickname, one);
      touch({}, "later");
      // A page that does not go on would never end.
      after = page.next === after ? null : page.next;
    } while (after !== null);
    touch({ status: "ready" });
  } catch (error) {
    log.debug("occupants could not be read", error);
    if (isMine()) touch({ status: "failed" });
  } finally {
    if (isMine()) newer = null;
  }
}

/** Views that show who is in a room, by room. */
const watching = new Map<string, number>();

/**
 * Reads who is there for a view. What two views share is read once, also where one takes the place of the other.
 * @returns a function that ends it
 */
export function watchOccupants(key: ChatKey): () => void {
  const id = chatId(key);
  watching.set(id, (watching.get(id) ?? 0) + 1);
  if (useOccupants.getState().room !== id) void openOccupants(key);
  return () => {
    watching.set(id, (watching.get(id) ?? 1) - 1);
    // The view that comes next begins to watch in the same turn.
    queueMicrotask(() => {
      if (watching.get(id) !== 0) return;
      watching.delete(id);
      if (useOccupants.getState().room === id) closeOccupants();
    });
  };
}

/** Follows the core, one change a frame. @returns a function that ends it */
export function followOccupants(): () => void {
  const frame = eachFrame(applyOccupants);
  return on("occupants.changed", frame.add);
}
