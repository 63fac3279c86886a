/** The chats that some window has opened: only of those it wants to hear every message that the archive brings. */
import type { ChatKey } from "../../../shared/model/primitives.ts";

export interface OpenChats {
  add(chat: ChatKey): void;
  has(chat: ChatKey): boolean;
}

export function createOpenChats(): OpenChats {
  const chats = new Set<string>();
  const name = ({ account, jid }: ChatKey): string => `${account} ${jid}`;
  return { add: (chat) => void chats.add(name(chat)), has: (chat) => chats.has(name(chat)) };
}
