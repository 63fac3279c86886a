/** The menu of the program. Roles bring their own words in the language of the system. */
import type { MenuItemConstructorOptions } from "electron";

export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const mac: MenuItemConstructorOptions[] = platform === "darwin" ? [{ role: "appMenu" }] : [{ role: "fileMenu" }];
  return [...mac, { role: "editMenu" }, { role: "viewMenu", submenu: viewMenu }, { role: "windowMenu" }];
}

/** Without "reload" and developer tools: both are ours to use, not the user's to fall over. */
const viewMenu: MenuItemConstructorOptions[] = [
  { role: "resetZoom" },
  { role: "zoomIn" },
  { role: "zoomOut" },
  { type: "separator" },
  { role: "togglefullscreen" },
];
