/** What catching up has brought that is new to the user: one notice for each chat, and not a flood of them. */
import type { Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Notifications } from "./notifications.ts";

/** Chats that get a notice; the numbers in the list tell of the others. */
const MOST = 5;

export interface News {
  add(messages: readonly Message[], chats: readonly Chat[]): void;
  /** Everything that was missed is here. */
  tell(): void;
}

export function createNews({
  notifications,
  nameOf,
}: {
  notifications: Notifications;
  nameOf(chat: Jid): string;
}): News {
  const newest = new Map<string, { message: Message; chat: Chat }>();
  return {
    add(messages, chats) {
      for (const chat of chats) {
        const known = newest.get(chat.jid)?.message.position ?? -1;
        const message = messages.findLast(
          (one) => one.chat === chat.jid && one.direction === "in" && one.position > known,
        );
        if (chat.unread === 0) newest.delete(chat.jid);
        else if (message !== undefined) newest.set(chat.jid, { message, chat });
      }
    },
    tell() {
      for (const { message, chat } of [...newest.values()].slice(0, MOST))
        notifications.message(message, chat, () => nameOf(chat.jid));
      newest.clear();
    },
  };
}
