/** The chats whose next message is sent as typed, without styling (XEP-0393 §6). Not kept across restarts. */
import { create } from "zustand";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { chatId } from "../chat-id.ts";

const useChosen = create<{ chats: ReadonlySet<string> }>()(() => ({ chats: new Set() }));

export const useAsTyped = (key: ChatKey): boolean => useChosen((state) => state.chats.has(chatId(key)));

export function setAsTyped(key: ChatKey, isAsTyped: boolean): void {
  useChosen.setState(({ chats }) => {
    const next = new Set(chats);
    if (isAsTyped) next.add(chatId(key));
    else next.delete(chatId(key));
    return { chats: next };
  });
}
