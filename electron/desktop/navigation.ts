/** Prevents a window from leaving our page, opening another window or embedding a page (CVE-2026-1628 class). */
import type { WebContents } from "electron";
import { checkLink } from "../../shared/link.ts";
import { logged } from "../log/log.ts";
import { PAGE } from "./scheme.ts";

type Contents = Pick<WebContents, "on" | "setWindowOpenHandler">;

/** @param openExternal receives links on the allow-list */
export function lockNavigation(contents: Contents, openExternal: (url: string) => Promise<void>): void {
  contents.on("will-navigate", (event, url) => {
    if (url !== PAGE) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || event.url !== PAGE) event.preventDefault();
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const checked = checkLink(url);
    if (checked !== null) openExternal(checked).catch(logged("desktop", "a link could not be opened", "warn"));
    return { action: "deny" };
  });
}
