/** The desktop host: one process, one window that can be hidden, and the core. */
import { join, resolve } from "node:path";
import type * as Electron from "electron";
import { createCore } from "../app/core.ts";
import { createDispatch } from "../ipc/dispatch.ts";
import { logCrashes } from "../log/crashes.ts";
import { openLogFile } from "../log/file.ts";
import { log } from "../log/log.ts";
import { showUnread } from "./notifications/badge.ts";
import { lockDataFolder } from "./data-lock.ts";
import { createDesktopHost } from "./host.ts";
import { connectIpc } from "./ipc.ts";
import { applicationMenu } from "./menu.ts";
import { lockNavigation } from "./navigation.ts";
import { denyPermissions } from "./permissions.ts";
import { watchPower } from "./power.ts";
import { registerScheme, serveScheme } from "./scheme.ts";
import { onlyInstance } from "./single-instance.ts";
import { createTray } from "./tray.ts";
import { followOpenUrl, registerProtocol, uriOf } from "./uris.ts";
import { openWindow } from "./window.ts";
import { createWindowState } from "./window-state.ts";

/** @param electron the module, so that tests need not run the program */
export function runDesktop(electron: typeof Electron, version: string): void {
  const { app } = electron;
  // The lock below covers one data folder, so the folder is set first.
  const folder = app.commandLine.getSwitchValue("data");
  if (folder !== "") app.setPath("userData", resolve(folder));
  let window: ReturnType<typeof openWindow> | null = null;
  /** The last address received before the core exists. */
  let uri = uriOf(process.argv);
  let ask = (next: string): void => void (uri = next);
  const isFirst = onlyInstance(app, uri, (next) => {
    window?.show();
    if (next !== null) ask(next);
  });
  if (!isFirst) return;
  const logFile = openLogFile(app.getPath("userData"));
  logCrashes("pass");
  log.info(
    "desktop",
    `Jackdaw ${version} starts, Electron ${process.versions.electron}, ${process.platform} ${process.arch}`,
  );
  registerScheme(electron.protocol);
  registerProtocol(app, process.platform, process.execPath);
  followOpenUrl(app, (next) => {
    window?.show();
    ask(next);
  });
  let tray: Electron.Tray | undefined;
  let quitting = false;

  void app.whenReady().then(async () => {
    if (!(await lockDataFolder(electron))) return app.quit();
    const folders = {
      page: join(import.meta.dirname, "..", "renderer"),
      preload: join(import.meta.dirname, "preload.cjs"),
    };
    const state = createWindowState(join(app.getPath("userData"), "window.json"), electron.screen);
    const ipc = connectIpc(electron.ipcMain, () => window?.browser.webContents ?? null);
    const host = createDesktopHost(electron, version, {
      publish: ipc.publish,
      window: () => window?.browser ?? null,
      setBadge: (unread) => showUnread(app, tray, unread),
      clicked: (chat) => {
        window?.show();
        ipc.publish("chat.requested", chat);
      },
    });
    const core = createCore(host);
    ask = core.requestUri;
    if (uri !== null) ask(uri);
    const started = core.start();
    ipc.answer(createDispatch(core.handlers));

    denyPermissions(electron.session.defaultSession);
    serveScheme(electron.session.defaultSession.protocol, folders.page);
    app.on("web-contents-created", (_event, contents) =>
      lockNavigation(contents, async (url) => void (await core.handlers["link.open"]({ url }))),
    );
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(applicationMenu(process.platform)));
    window = openWindow(electron, { preload: folders.preload, state, mayClose: () => quitting });
    tray = createTray(electron, join(folders.page, "..", "..", "assets"), {
      show: () => window?.show(),
      quit: () => app.quit(),
    });
    watchPower(electron.powerMonitor, () => core.networkChanged());

    app.on("activate", () => window?.show());
    app.on("before-quit", (event) => {
      if (quitting) return;
      // Close every stream and the store before the process ends.
      event.preventDefault();
      quitting = true;
      void core
        .stop()
        .catch((error: unknown) => log.error("desktop", "the core could not end in order", error))
        .finally(() => {
          log.info("desktop", "Jackdaw ends");
          logFile.close();
          app.quit();
        });
    });
    await started;
  });
  // The program keeps running in the tray without a window.
  app.on("window-all-closed", () => undefined);
}
