/** One process for one user: a second start shows the window of the first. */
import type { App } from "electron";

type Locking = Pick<App, "requestSingleInstanceLock" | "quit" | "on">;

/** @returns false when another instance runs; this one is ending then */
export function onlyInstance(app: Locking, show: () => void): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  // The arguments of the second instance come from anywhere; until links are understood nothing in them counts.
  app.on("second-instance", () => show());
  return true;
}
