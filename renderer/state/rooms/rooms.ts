/**
 * The group chats that are bookmarked or open (XEP-0045, XEP-0402), updated by `rooms.changed`. As in contacts.ts the
 * map is changed in place: select single rooms (`useRoom`), or `revision` for lists.
 */
import { create } from "zustand";
import type { Jid } from "../../../shared/jid.ts";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import type { Room } from "../../../shared/model/room.ts";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import { t } from "../../i18n/index.ts";
import { useAccounts } from "../accounts/accounts.ts";
import { chatId } from "../chat-id.ts";
import { eachFrame } from "../each-frame.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";
import { showToast } from "../toasts.ts";

type Change = EventPayload<"rooms.changed">;

interface Rooms {
  byId: ReadonlyMap<string, Room>;
  /** Incremented when a room is added, removed or renamed. */
  revision: number;
}

const byId = new Map<string, Room>();

export const useRooms = create<Rooms>()(() => ({ byId, revision: 0 }));

/** One room, or undefined if there is none with this address. */
export const useRoom = (account: AccountId, jid: string): Room | undefined =>
  useRooms((state) => state.byId.get(`${account} ${jid}`));

/** The name of a room: its own, else the local part of its address. */
export function roomName(room: Pick<Room, "name"> | undefined, jid: Jid): string {
  if (room !== undefined && room.name.trim() !== "") return room.name;
  const at = jid.indexOf("@");
  return at === -1 ? jid : jid.slice(0, at);
}

/** Applies changes in order. */
export function applyRooms(changes: readonly Change[]): void {
  let refiled = false;
  for (const { changed, removed } of changes) {
    for (const room of changed) {
      refiled ||= byId.get(chatId(room))?.name !== room.name;
      byId.set(chatId(room), room);
    }
    for (const key of removed) refiled = byId.delete(chatId(key)) || refiled;
  }
  useRooms.setState((state) => ({ revision: state.revision + (refiled ? 1 : 0) }));
}

export function clearRooms(): void {
  byId.clear();
  useRooms.setState((state) => ({ revision: state.revision + 1 }));
}

export function forgetRoomsOf(account: AccountId): void {
  const gone = [...byId.values()].filter((one) => one.account === account);
  if (gone.length > 0) applyRooms([{ changed: [], removed: gone.map(({ jid }) => ({ account, jid })) }]);
}

/** Loads all rooms; changes in the meantime are newer and stay. Never throws: without them events build the list. */
export async function loadRooms(): Promise<void> {
  const newer = new Set<string>();
  const remember = on("rooms.changed", ({ changed, removed }) =>
    [...changed, ...removed].forEach((one) => newer.add(chatId(one))),
  );
  try {
    const { rooms } = await call("room.list", {});
    applyRooms([{ changed: rooms.filter((one) => !newer.has(chatId(one))), removed: [] }]);
  } catch (error) {
    log.debug("rooms could not be read", error);
    // `rooms.changed` brings later changes; nothing else in the window waits for this.
  } finally {
    remember();
  }
}

/** Follows the core, one change a frame. @returns a function that ends it */
export function followRooms(): () => void {
  const frame = eachFrame(applyRooms);
  const ends = [
    on("rooms.changed", frame.add),
    on("room.notBookmarked", () => showToast({ tone: "neutral", text: t("room.notBookmarked") })),
  ];
  return () => ends.forEach((end) => end());
}

/**
 * The suggested nickname for a room that was never joined: that of another room, else the local part of the account.
 */
export function usualNickname(account: AccountId): string {
  const elsewhere = [...byId.values()].find((one) => one.account === account && one.nickname !== "");
  if (elsewhere !== undefined) return elsewhere.nickname;
  return (
    useAccounts
      .getState()
      .accounts.find((one) => one.id === account)
      ?.jid.split("@")[0] ?? ""
  );
}

const plainKey = ({ account, jid }: ChatKey): ChatKey => ({ account, jid });

/**
 * Joins a room and bookmarks it. `rooms.changed` brings the result.
 * @param autojoin at each start, on all our devices
 * @throws {CallFailed}
 */
export const joinRoom = (
  key: ChatKey,
  nickname: string,
  password: string | null = null,
  autojoin = true,
): Promise<unknown> => call("room.join", { ...plainKey(key), nickname, password, autojoin });
/** @throws {CallFailed} */
export const leaveRoom = (key: ChatKey): Promise<unknown> => call("room.leave", plainKey(key));
