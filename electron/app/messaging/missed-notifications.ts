/** Notifications after catching up: one for each chat with new messages, for a limited number of chats. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Notifications } from "./notifications.ts";
import type { Rules } from "./rules/rules.ts";

/** Maximum number of chats that are notified; the counters of the chat list show the others. */
const MOST = 5;

export interface MissedNotifications {
  add(messages: readonly Message[], chats: readonly Chat[]): void;
  /** All missed messages are stored: shows the notifications. */
  show(): void;
}

interface Ports {
  notifications: Pick<Notifications, "message">;
  rules: Readonly<Record<Chat["kind"], Pick<Rules[Chat["kind"]], "notice" | "unread">>>;
}

export function createMissedNotifications({ notifications, rules }: Ports): MissedNotifications {
  const newest = new Map<string, { message: Message; chat: Chat; title: () => string }>();
  return {
    add(messages, chats) {
      for (const chat of chats) {
        if (rules[chat.kind].unread(chat) === 0) {
          newest.delete(chat.jid);
          continue;
        }
        const known = newest.get(chat.jid)?.message.position ?? -1;
        for (const message of messages.filter((one) => one.chat === chat.jid).toReversed()) {
          const title = message.direction === "in" ? rules[chat.kind].notice(message) : null;
          if (message.position <= known || title === null) continue;
          newest.set(chat.jid, { message, chat, title });
          break;
        }
      }
    },
    show() {
      for (const { message, chat, title } of [...newest.values()].slice(0, MOST))
        notifications.message(message, chat, title);
      newest.clear();
    },
  };
}
