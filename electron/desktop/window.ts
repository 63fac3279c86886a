/** The window: sandboxed, without Node, showing only our own page. Closing it hides it. */
import type * as Electron from "electron";
import { PAGE } from "./scheme.ts";
import type { WindowState } from "./window-state.ts";

export interface AppWindow {
  readonly browser: Electron.BrowserWindow;
  show(): void;
}

interface WindowPorts {
  preload: string;
  state: WindowState;
  /** True once the program is quitting; before, closing only hides the window. */
  mayClose(): boolean;
}

export function openWindow(
  electron: Pick<typeof Electron, "BrowserWindow" | "nativeTheme">,
  ports: WindowPorts,
): AppWindow {
  const browser = new electron.BrowserWindow({
    ...ports.state.bounds(),
    minWidth: 360,
    minHeight: 480,
    show: false,
    title: "Jackdaw",
    autoHideMenuBar: true,
    backgroundColor: electron.nativeTheme.shouldUseDarkColors ? "#16191f" : "#f3f4f6",
    webPreferences: webPreferences(ports.preload),
  });
  browser.once("ready-to-show", () => browser.show());
  browser.on("close", (event) => {
    ports.state.keep(browser.getNormalBounds());
    if (ports.mayClose()) return;
    event.preventDefault();
    browser.hide();
  });
  void browser.loadURL(PAGE);
  return {
    browser,
    show() {
      if (browser.isMinimized()) browser.restore();
      browser.show();
      browser.focus();
    },
  };
}

/** Every line is a security setting; none may rely on a default. */
export function webPreferences(preload: string): Electron.WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    spellcheck: true,
  };
}
