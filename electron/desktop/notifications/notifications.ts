/** System notifications. They do not replace one another; a click opens the chat. */
import type { Notification } from "electron";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Notice } from "../../app/host.ts";
import { noticeBody, noticeTitle } from "./notice-text.ts";

interface NotificationClass {
  new (options: { title: string; body: string; silent?: boolean }): Pick<Notification, "show" | "on">;
  isSupported(): boolean;
}

/** Maximum number of notifications kept from garbage collection, so that a click on them still works. */
const MOST_SHOWN = 50;

/** @param platform selects the text format, see `notice-text.ts` */
export function createNotices(
  Notices: NotificationClass,
  clicked: (chat: ChatKey) => void,
  platform: NodeJS.Platform = process.platform,
): (notice: Notice) => void {
  const shown: unknown[] = [];
  return ({ title, body, chat }) => {
    if (!Notices.isSupported()) return;
    const notice = new Notices({ title: noticeTitle(title), body: noticeBody(body, platform) });
    notice.on("click", () => clicked(chat));
    notice.show();
    shown.push(notice);
    if (shown.length > MOST_SHOWN) shown.shift();
  };
}
