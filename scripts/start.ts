/**
 * `npm start`: the desktop host if there is an Electron binary or one can be downloaded, else the browser host. `--
 * --browser` forces the latter.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "./build.ts";
import { findElectron } from "./demo-window.ts";
import { hand } from "./setup.mjs";

const project = join(import.meta.dirname, "..");
const electronFolder = join(project, "node_modules", "electron");
/** Time limit of the download, in ms. */
const DOWNLOAD_LIMIT = 180_000;

function downloaded(): string | null {
  console.log("Looking for Electron; this happens once.");
  spawnSync(process.execPath, [join(electronFolder, "install.js")], { stdio: "ignore", timeout: DOWNLOAD_LIMIT });
  return findElectron();
}

const words = process.argv.slice(2);
const wantsBrowser = words.includes("--browser");
await build();
const electron = wantsBrowser ? null : (findElectron() ?? downloaded());
if (electron === null && !wantsBrowser) {
  console.log("Electron is not here and cannot be downloaded: Jackdaw opens in your browser instead.");
}
const [program, ...args] =
  electron === null
    ? [process.execPath, join(project, "dist", "electron", "browser.js"), "--app-window", ...words]
    : [electron, project, ...words];
hand(program, args);
