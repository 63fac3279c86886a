/** The command line of the browser host. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkLink, isXmppLink } from "../../shared/link.ts";

export interface Arguments {
  dataFolder: string;
  /** Default folder for backups. */
  backupFolder: string;
  /** Default folder for received files. */
  downloadFolder: string;
  /** 0: the port of the last start, or any free one. */
  port: number;
  /** Open the page in addition to printing its address. */
  open: boolean;
  /** Open the page as an app window, if a Chromium is installed. */
  appWindow: boolean;
  /** A checked `xmpp:` address to ask the user about. */
  uri: string | null;
}

export const usage = `Usage: npm start -- --browser [--data FOLDER] [--port N] [--no-open] [--app-window] [xmpp:ADDRESS]`;

/** @throws {Error} with a message for the user */
export function readArguments(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      browser: { type: "boolean" },
      data: { type: "string" },
      port: { type: "string", default: "0" },
      "no-open": { type: "boolean", default: false },
      "app-window": { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535)
    throw new Error(`--port needs a number from 0 to 65535, not ${values.port}`);
  return {
    dataFolder: resolve(values.data ?? usualFolder(env)),
    // Backups lie outside the data folder, so that they survive its deletion. With `--data`, everything stays in that
    // folder.
    backupFolder:
      values.data === undefined ? join(homedir(), "Jackdaw backups") : join(resolve(values.data), "backups"),
    downloadFolder: values.data === undefined ? join(homedir(), "Downloads") : join(resolve(values.data), "downloads"),
    port,
    open: !values["no-open"],
    appWindow: values["app-window"],
    uri: positionals.length === 0 ? null : readUri(positionals),
  };
}

function readUri(words: readonly string[]): string {
  const checked = checkLink(words[0] ?? "");
  if (words.length > 1 || checked === null || !isXmppLink(checked))
    throw new Error(`Not an xmpp: address that can be opened: ${JSON.stringify(words.join(" ").slice(0, 200))}`);
  return checked;
}

/** The usual folder for program data on this system (XDG Base Directory on Linux). */
function usualFolder(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case "darwin":
      return join(homedir(), "Library", "Application Support", "Jackdaw Browser");
    case "win32":
      return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "Jackdaw Browser");
    default:
      return join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "jackdaw");
  }
}
