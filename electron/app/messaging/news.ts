/** What catching up has brought that is new to the user: one notice for each chat, and not a flood of them. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Notifications } from "./notifications.ts";
import type { Rules } from "./rules/rules.ts";

/** Chats that get a notice; the numbers in the list tell of the others. */
const MOST = 5;

export interface News {
  add(messages: readonly Message[], chats: readonly Chat[]): void;
  /** Everything that was missed is here. */
  tell(): void;
}

interface Ports {
  notifications: Pick<Notifications, "message">;
  rules: Readonly<Record<Chat["kind"], Pick<Rules[Chat["kind"]], "notice" | "unread">>>;
}

export function createNews({ notifications, rules }: Ports): News {
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
    tell() {
      for (const { message, chat, title } of [...newest.values()].slice(0, MOST))
        notifications.message(message, chat, title);
      newest.clear();
    },
  };
}
