/** Chats that a window has opened. Only for these does it receive every message from the archive. */
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
