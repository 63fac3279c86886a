/** One process per user: a second start shows the window of the first, and passes on the address it was given. */
import type { App } from "electron";

type Locking = Pick<App, "requestSingleInstanceLock" | "quit" | "on">;

/**
 * @param uri the `xmpp:` address of this start
 * @param onSecond called for a second start with its address; untrusted
 * @returns false if another instance is running; this one then quits
 */
export function onlyInstance(app: Locking, uri: string | null, onSecond: (uri: string | null) => void): boolean {
  if (!app.requestSingleInstanceLock({ uri })) {
    app.quit();
    return false;
  }
  // The command line of the second start arrives as well, but reordered and mixed with switches of Chromium, so it is
  // ignored.
  app.on("second-instance", (_event, _argv, _folder, data) => {
    const given = (data as { uri?: unknown } | null | undefined)?.uri;
    onSecond(typeof given === "string" ? given : null);
  });
  return true;
}
