/** Notifications, and the unread counter of the icon. */
import { actionIn, withAction } from "../../../shared/text/action.ts";
import type { Language } from "../../../shared/model/language.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Host } from "../host.ts";
import { fileWords } from "../media/file-words.ts";

/** Maximum length of the text, in characters. */
const NOTICE_LENGTH = 200;

export interface Notifications {
  setFocused(focused: boolean): void;
  /** Notifies of a new message, unless the window has the focus or the chat is muted. */
  message(message: Message, chat: Chat, name: () => string): void;
  /** Updates the counter of the icon. */
  refreshBadge(): void;
}

/** @param language as the user has chosen it */
export function createNotifications(
  store: Store,
  host: Pick<Host, "notify" | "setBadge">,
  language: () => Language,
): Notifications {
  let focused = false;
  let asked = false;

  function refreshBadge(): void {
    if (asked) return;
    asked = true;
    // Many changes in a row read the store only once.
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
        body: textOf(message, name, language()).slice(0, NOTICE_LENGTH),
        chat: { account: chat.account, jid: chat.jid },
      });
    },
    refreshBadge,
  };
}

/** @param name of the chat, which is that of the author in a chat with a contact */
function textOf({ body, files, writer }: Message, name: () => string, language: Language): string {
  const text = actionIn(body) === null ? body : withAction(body, writer?.nickname ?? name());
  return files.length === 0 ? text : fileWords(files, text, language);
}
