/** Implements the core's `Host` with Electron. */
import { join } from "node:path";
import type * as Electron from "electron";
import { checkLink } from "../../shared/link.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import type { Host } from "../app/host.ts";
import { createFileDialogs } from "./file-dialogs.ts";
import { createNotices } from "./notifications/notifications.ts";
import { createSecretBox } from "./secret-box.ts";

interface HostPorts {
  publish: Host["publish"];
  setBadge: Host["setBadge"];
  /** The parent of dialogs; null if there is no window. */
  window(): Electron.BrowserWindow | null;
  /** Called when a notification is clicked. */
  clicked(chat: ChatKey): void;
}

export function createDesktopHost(electron: typeof Electron, version: string, ports: HostPorts): Host {
  const dataFolder = electron.app.getPath("userData");
  return {
    kind: "desktop",
    dataFolder,
    backupFolder: join(electron.app.getPath("documents"), "Jackdaw backups"),
    downloadFolder: electron.app.getPath("downloads"),
    choosePlace: createFileDialogs(electron.dialog, ports.window),
    version,
    locale: electron.app.getLocale(),
    secretBox: createSecretBox(electron.safeStorage, dataFolder),
    notify: createNotices(electron.Notification, ports.clicked),
    setBadge: ports.setBadge,
    publish: ports.publish,
    async openFile(path, how) {
      if (how === "folder") return electron.shell.showItemInFolder(path);
      const failure = await electron.shell.openPath(path);
      if (failure !== "") throw new Error(failure);
    },
    async openExternal(url) {
      const checked = checkLink(url);
      if (checked === null) throw new Error("not a link that may be opened");
      await electron.shell.openExternal(checked);
    },
  };
}
