/**
 * The occupants of the open room: loaded by pages, then updated by `occupants.changed`, one change a frame. A room may
 * have thousands, so the map is changed in place: select single occupants, or `members` for lists.
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
  /** The id of the room; empty while none is open. */
  room: string;
  status: Loading;
  byNickname: ReadonlyMap<string, Occupant>;
  /**
   * Incremented when the order of a list may change: an occupant joins, leaves, or changes role. In large rooms several
   * times a second.
   */
  members: number;
}

type Change = EventPayload<"occupants.changed">;

const byNickname = new Map<string, Occupant>();
const PAGE = 500;
/** Nicknames that changed while pages are loaded: a page's data of them is older. */
let newer: Set<string> | null = null;
let reading = 0;
/** A list larger than this is sorted only after this pause, ms, not with every frame. */
const LARGE = { people: 500, pause: 250 };
let pausing: ReturnType<typeof setTimeout> | undefined;

export const useOccupants = create<Occupants>()(() => ({ room: "", status: "loading", byNickname, members: 0 }));

/** @param moved the order of a list may have changed; `later`: sorting may wait */
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

/** Applies changes of the open room in order. */
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

/** The room was closed or left: drops its occupants. */
export function closeOccupants(): void {
  reading++;
  newer = null;
  byNickname.clear();
  touch({ room: "", status: "loading" });
}

/** Loads the occupants of a room, and follows changes from then on. Never throws: see `status`. */
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
      // A cursor that does not advance would never end.
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

/** The number of views that show occupants, by room. */
const watching = new Map<string, number>();

/**
 * Loads the occupants for a view. Views that share a room load once, even if one replaces the other.
 * @returns a function that ends it
 */
export function watchOccupants(key: ChatKey): () => void {
  const id = chatId(key);
  watching.set(id, (watching.get(id) ?? 0) + 1);
  if (useOccupants.getState().room !== id) void openOccupants(key);
  return () => {
    watching.set(id, (watching.get(id) ?? 1) - 1);
    // The next view starts watching in the same tick.
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
