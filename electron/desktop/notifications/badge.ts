/** Shows the number of unread messages on the program icon and in the tray. */
import type { App } from "electron";

export function showUnread(
  app: Pick<App, "setBadgeCount">,
  tray: { setToolTip(text: string): void } | undefined,
  unread: number,
): void {
  app.setBadgeCount(unread);
  tray?.setToolTip(unread === 0 ? "Jackdaw" : `Jackdaw (${unread})`);
}
