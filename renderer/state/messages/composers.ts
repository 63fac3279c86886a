/**
 * Who composes a message to us right now (XEP-0085), by chat. As in chats.ts the map is changed in place: a row selects
 * its own chat.
 */
import { create } from "zustand";
import type { Composers } from "../../../shared/model/chat.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { chatId } from "../chat-id.ts";
import { on } from "../ipc.ts";

const byId = new Map<string, Composers>();
const useAll = create<{ byId: ReadonlyMap<string, Composers> }>()(() => ({ byId }));

/** @param id of the chat @returns undefined: nobody */
export const useComposers = (id: string): Composers | undefined => useAll((state) => state.byId.get(id));

export function applyComposers(chats: readonly Composers[]): void {
  for (const one of chats) {
    if (one.count === 0) byId.delete(chatId(one));
    else byId.set(chatId(one), one);
  }
  useAll.setState({ byId });
}

export function clearComposers(): void {
  byId.clear();
  useAll.setState({ byId });
}

export const forgetComposersOf = (account: AccountId): void =>
  applyComposers([...byId.values()].filter((one) => one.account === account).map((one) => ({ ...one, count: 0 })));

export const followComposers = (): (() => void) => on("chatStates.changed", ({ chats }) => applyComposers(chats));
