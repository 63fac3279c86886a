/**
 * The chat list: chats by id, and their order. Updated by `chats.changed`; further pages are loaded when the end of the
 * list is near. As in contacts.ts the map is changed in place: a row selects its own chat, the list selects `order`,
 * which is the same object as long as no chat moves.
 */
import { create } from "zustand";
import type { Encryption } from "../../shared/model/encryption.ts";
import type { Chat } from "../../shared/model/chat.ts";
import type { AccountId, ChatKey } from "../../shared/model/primitives.ts";
import type { EventPayload } from "../../shared/ipc/index.ts";
import { chatId } from "./chat-id.ts";
import type { Loading } from "./contacts/contacts.ts";
import { eachFrame } from "./each-frame.ts";
import { call, on } from "./ipc.ts";
import { log } from "../log.ts";
import { attempt } from "./act.ts";

type Change = EventPayload<"chats.changed">;

interface Chats {
  byId: ReadonlyMap<string, Chat>;
  /** Ids, pinned first, then newest activity first. */
  order: readonly string[];
  status: Loading;
  /** There are more chats that were not loaded yet. */
  hasMore: boolean;
}

const byId = new Map<string, Chat>();
const PAGE = 100;
let cursor: string | null = null;
let reading: Promise<void> | null = null;

export const useChats = create<Chats>()(() => ({ byId, order: [], status: "loading", hasMore: false }));

export const useChat = (account: AccountId, jid: string): Chat | undefined =>
  useChats((state) => state.byId.get(`${account} ${jid}`));

/** Order of the list; equal ones are ordered by JID, so that nothing jumps. */
export const compareChats = (a: Chat, b: Chat): number =>
  Number(b.pinned) - Number(a.pinned) || b.activityAt - a.activityAt || (chatId(a) < chatId(b) ? -1 : 1);

const staysInPlace = (a: Chat | undefined, b: Chat): boolean =>
  a !== undefined && a.pinned === b.pinned && a.activityAt === b.activityAt;

/** Applies changes in order; sorts only when a chat was added, removed or moved. */
export function applyChats(changes: readonly Change[]): void {
  let moved = false;
  for (const { changed, removed } of changes) {
    for (const chat of changed) {
      const id = chatId(chat);
      moved ||= !staysInPlace(byId.get(id), chat);
      byId.set(id, chat);
    }
    for (const key of removed) moved = byId.delete(chatId(key)) || moved;
  }
  if (moved) useChats.setState({ byId, order: [...byId.values()].sort(compareChats).map(chatId) });
  else useChats.setState({ byId });
}

export function clearChats(): void {
  byId.clear();
  cursor = null;
  useChats.setState({ order: [], status: "loading", hasMore: false });
}

export function forgetChatsOf(account: AccountId): void {
  const gone = [...byId.values()].filter((one) => one.account === account);
  if (gone.length > 0) applyChats([{ changed: [], removed: gone.map(({ jid }) => ({ account, jid })) }]);
}

async function readPage(): Promise<void> {
  const newer = new Set<string>();
  const remember = on("chats.changed", ({ changed, removed }) =>
    [...changed, ...removed].forEach((one) => newer.add(chatId(one))),
  );
  try {
    const page = await call("chat.page", cursor === null ? { limit: PAGE } : { limit: PAGE, after: cursor });
    cursor = page.next;
    applyChats([{ changed: page.chats.filter((one) => !newer.has(chatId(one))), removed: [] }]);
    useChats.setState({ status: "ready", hasMore: page.next !== null });
  } catch (error) {
    log.debug("chats could not be read", error);
    useChats.setState((state) => (state.order.length === 0 ? { status: "failed" } : { hasMore: false }));
  } finally {
    remember();
  }
}

/** Loads the first page. Never throws: see `status`. */
export async function loadChats(): Promise<void> {
  cursor = null;
  await readPage();
}

/** Loads one more page, if there is one; calls in the meantime join the running one. */
export function loadMoreChats(): Promise<void> {
  if (!useChats.getState().hasMore) return Promise.resolve();
  reading ??= readPage().finally(() => (reading = null));
  return reading;
}

/** Follows the core, one change a frame. @returns a function that ends it */
export function followChats(): () => void {
  const frame = eachFrame(applyChats);
  return on("chats.changed", frame.add);
}

const plainKey = ({ account, jid }: ChatKey): ChatKey => ({ account, jid });
export const setPinned = (key: ChatKey, pinned: boolean): Promise<boolean> =>
  attempt(call("chat.setPinned", { ...plainKey(key), pinned }));
export const setMuted = (key: ChatKey, muted: boolean): Promise<boolean> =>
  attempt(call("chat.setMuted", { ...plainKey(key), muted }));
/** For future messages. @returns whether the core accepted it */
export const setEncryption = (key: ChatKey, encryption: Encryption): Promise<boolean> =>
  attempt(call("chat.setEncryption", { ...plainKey(key), encryption }));
export const closeChat = (key: ChatKey): Promise<boolean> => attempt(call("chat.close", plainKey(key)));
/** Marks everything as read without opening the chat. */
export async function markAllRead(chat: Chat): Promise<void> {
  if (chat.last !== null) await attempt(call("chat.markRead", { ...plainKey(chat), upTo: chat.last.id }));
}
