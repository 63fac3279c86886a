/** The application menu. Electron translates the labels of roles. */
import type { MenuItemConstructorOptions } from "electron";

export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const mac: MenuItemConstructorOptions[] = platform === "darwin" ? [{ role: "appMenu" }] : [{ role: "fileMenu" }];
  return [...mac, { role: "editMenu" }, { role: "viewMenu", submenu: viewMenu }, { role: "windowMenu" }];
}

/** Omits "reload" and the developer tools, which are for developers only. */
const viewMenu: MenuItemConstructorOptions[] = [
  { role: "resetZoom" },
  { role: "zoomIn" },
  { role: "zoomOut" },
  { type: "separator" },
  { role: "togglefullscreen" },
];
