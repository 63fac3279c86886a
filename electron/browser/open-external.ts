/** Starts desktop programs: the browser, and the handler of a link. Never through a shell. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { checkLink } from "../../shared/link.ts";
import { log } from "../log/log.ts";

const CHROMIUM = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];

/**
 * Opens a link with the user's default program.
 * @throws if the link is not on the allow-list, or there is no such program
 */
export async function openLink(url: string): Promise<void> {
  const checked = checkLink(url);
  if (checked === null) throw new Error("not a link that may be opened");
  const [program, ...args] = opener(checked);
  await launch(program, args);
}

/**
 * Shows our own page: as an app window if `appWindow` is set and a Chromium is installed, else in the user's browser.
 */
export async function openPage(address: string, appWindow: boolean): Promise<void> {
  const chromium = appWindow ? findProgram(CHROMIUM) : null;
  if (chromium !== null)
    return launch(chromium, [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), `--app=${address}`]);
  const [program, ...args] = opener(address);
  await launch(program, args);
}

function opener(url: string): [program: string, ...args: string[]] {
  switch (process.platform) {
    case "darwin":
      return ["open", url];
    case "win32":
      return ["rundll32", "url.dll,FileProtocolHandler", url];
    default:
      return ["xdg-open", url];
  }
}

/** Resolves once the program runs; its exit status is ignored. */
function launch(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true, shell: false });
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}

function findProgram(names: readonly string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      if (folder !== "" && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    log.debug("browser", "a program is not there", error);
    return false;
  }
}
