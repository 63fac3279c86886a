/**
 * The lock of the data folder. Electron's single-instance lock (`single-instance.ts`) only excludes a second desktop
 * program; the browser host may run on the same folder.
 */
import { mkdirSync } from "node:fs";
import type * as Electron from "electron";
import { lockOrRunning } from "../data-folder/second-start.ts";

/**
 * @returns false if another process holds the folder: its window was shown if it has one, and this program must exit
 */
export async function lockDataFolder({
  app,
  shell,
  dialog,
}: Pick<typeof Electron, "app" | "shell" | "dialog">): Promise<boolean> {
  const folder = app.getPath("userData");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const first = await lockOrRunning(folder, "desktop");
  if ("lock" in first) {
    app.once("quit", () => first.lock.release());
    return true;
  }
  if ("running" in first) await shell.openExternal(await first.address());
  else {
    const german = app.getLocale().startsWith("de");
    const holder =
      first.silent === null ? "" : german ? ` (Prozess ${first.silent.pid})` : ` (process ${first.silent.pid})`;
    dialog.showErrorBox(
      "Jackdaw",
      german
        ? `Jackdaw läuft bereits mit diesem Datenordner${holder} und antwortet nicht.`
        : `Jackdaw is already running on this data folder${holder}, and does not answer.`,
    );
  }
  return false;
}
