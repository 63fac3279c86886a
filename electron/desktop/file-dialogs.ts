/** File dialogs for saving a file and for opening a backup. The page never names a path. */
import type * as Electron from "electron";
import type { Host } from "../app/host.ts";

type Dialogs = Pick<typeof Electron.dialog, "showSaveDialog" | "showOpenDialog">;

/** @param window the parent of the dialogs, which keeps them in front of it */
export function createFileDialogs(
  dialog: Dialogs,
  window: () => Electron.BrowserWindow | null,
): NonNullable<Host["choosePlace"]> {
  const filters = [{ name: "Jackdaw", extensions: ["jackdaw-backup"] }];
  return {
    async toSave(path) {
      const options: Electron.SaveDialogOptions = {
        defaultPath: path,
        ...(path.endsWith(".jackdaw-backup") ? { filters } : {}),
        properties: ["showOverwriteConfirmation", "createDirectory"],
      };
      const owner = window();
      const { canceled, filePath } = await (owner === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(owner, options));
      return canceled || filePath === "" ? null : filePath;
    },
    async toOpen(folder) {
      const options: Electron.OpenDialogOptions = { defaultPath: folder, filters, properties: ["openFile"] };
      const owner = window();
      const { canceled, filePaths } = await (owner === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(owner, options));
      return canceled ? null : (filePaths[0] ?? null);
    },
  };
}
