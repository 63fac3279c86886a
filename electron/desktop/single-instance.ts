/** One process for one user: a second start shows the window of the first, and hands over the address it was given. */
import type { App } from "electron";

type Locking = Pick<App, "requestSingleInstanceLock" | "quit" | "on">;

/**
 * @param uri the `xmpp:` address of this start
 * @param onSecond a second start, with its address; whatever it says comes from anywhere
 * @returns false when another instance runs; this one is ending then
 */
export function onlyInstance(app: Locking, uri: string | null, onSecond: (uri: string | null) => void): boolean {
  if (!app.requestSingleInstanceLock({ uri })) {
    app.quit();
    return false;
  }
  // Its arguments come here too, but reordered and with switches of Chromium among them: they are not looked at.
  app.on("second-instance", (_event, _argv, _folder, data) => {
    const given = (data as { uri?: unknown } | null | undefined)?.uri;
    onSecond(typeof given === "string" ? given : null);
  });
  return true;
}
