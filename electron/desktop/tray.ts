/** The tray icon: the program keeps running when its window is closed. */
import { join } from "node:path";
import type * as Electron from "electron";

export function createTray(
  electron: Pick<typeof Electron, "Tray" | "Menu" | "nativeImage">,
  assets: string,
  actions: { show(): void; quit(): void },
): Electron.Tray {
  const tray = new electron.Tray(electron.nativeImage.createFromPath(join(assets, "tray.png")));
  tray.setToolTip("Jackdaw");
  tray.setContextMenu(
    electron.Menu.buildFromTemplate([
      { label: "Jackdaw", click: actions.show },
      { type: "separator" },
      { role: "quit", click: actions.quit },
    ]),
  );
  tray.on("click", actions.show);
  return tray;
}
