/**
 * Notices of opened rooms, for their timelines: loaded when a room opens, then updated by `rooms.noticed`, one change a
 * frame.
 */
import { create } from "zustand";
import { MOST_NOTICES } from "../../../shared/limits.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { RoomNotice } from "../../../shared/model/room-notice.ts";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import { chatId } from "../chat-id.ts";
import { eachFrame } from "../each-frame.ts";
import { call, on } from "../ipc.ts";
import { fallback } from "../../log.ts";

type Change = EventPayload<"rooms.noticed">;

interface Notices {
  /** Oldest first. */
  byRoom: Readonly<Record<string, readonly RoomNotice[]>>;
}

/** Notices of rooms that are being loaded: newer than the answer. */
const underWay = new Map<string, RoomNotice[]>();

export const useNotices = create<Notices>()(() => ({ byRoom: {} }));

/** The notices of a room, oldest first; null while they are unknown. */
export const useNoticesOf = (account: AccountId, jid: string): readonly RoomNotice[] | null =>
  useNotices((state) => state.byRoom[`${account} ${jid}`] ?? null);

/** A known notice may have grown. */
function merge(known: readonly RoomNotice[], changed: readonly RoomNotice[]): readonly RoomNotice[] {
  const byId = new Map([...known, ...changed].map((one) => [one.id, one]));
  return [...byId.values()].slice(-MOST_NOTICES);
}

/** Applies changes in order to loaded rooms. */
export function applyNotices(changes: readonly Change[]): void {
  const byRoom = new Map<string, RoomNotice[]>();
  for (const one of changes.flatMap(({ notices }) => notices)) {
    const id = chatId(one);
    underWay.get(id)?.push(one);
    const of = byRoom.get(id);
    if (of === undefined) byRoom.set(id, [one]);
    else of.push(one);
  }
  useNotices.setState((state) => {
    const known = [...byRoom].filter(([id]) => state.byRoom[id] !== undefined);
    return known.length === 0
      ? state
      : {
          byRoom: {
            ...state.byRoom,
            ...Object.fromEntries(known.map(([id, changed]) => [id, merge(state.byRoom[id]!, changed)])),
          },
        };
  });
}

/**
 * Loads the notices of a room, and follows it from then on. Never throws: without them the timeline has only messages.
 */
export async function openNotices(key: ChatKey): Promise<void> {
  const id = chatId(key);
  const newer: RoomNotice[] = [];
  underWay.set(id, newer);
  const { notices } = await call("room.notices", key).catch(
    fallback({ notices: [] }, "notices of a room could not be read"),
  );
  // Requested again in the meantime: that answer is newer.
  if (underWay.get(id) !== newer) return;
  underWay.delete(id);
  useNotices.setState(({ byRoom }) => ({ byRoom: { ...byRoom, [id]: merge(notices, newer) } }));
}

export function clearNotices(): void {
  underWay.clear();
  useNotices.setState({ byRoom: {} });
}

/** Follows the core, one change a frame. @returns a function that ends it */
export function followNotices(): () => void {
  const frame = eachFrame(applyNotices);
  return on("rooms.noticed", frame.add);
}
