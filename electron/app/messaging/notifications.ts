/** What calls for the user: notices and the number on the icon. */
import { encryptedFileName } from "../../../shared/omemo/aesgcm.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Host } from "../host.ts";

/** Longest text in a notice, in characters. */
const NOTICE_LENGTH = 200;

export interface Notifications {
  setFocused(focused: boolean): void;
  /** A new message arrived: a notice, unless the window has the focus or the chat is muted. */
  message(message: Message, chat: Chat, name: () => string): void;
  /** Unread counts changed: the number on the icon follows. */
  refreshBadge(): void;
}

export function createNotifications(store: Store, host: Pick<Host, "notify" | "setBadge">): Notifications {
  let focused = false;
  let asked = false;

  function refreshBadge(): void {
    if (asked) return;
    asked = true;
    // Many changes at once ask the store only once.
    setImmediate(() => {
      asked = false;
      store
        .read("chats.unread", {})
        .then(host.setBadge, logged("app", "the number of unread messages could not be read", "warn"));
    });
  }

  return {
    setFocused(now) {
      focused = now;
    },
    message(message, chat, name) {
      refreshBadge();
      if (focused || chat.muted) return;
      host.notify({
        title: name(),
        body: (encryptedFileName(message.body) ?? message.body).slice(0, NOTICE_LENGTH),
        chat: { account: chat.account, jid: chat.jid },
      });
    },
    refreshBadge,
  };
}
