/** The command line of the browser host. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkLink, isXmppLink } from "../../shared/link.ts";

export interface Arguments {
  dataFolder: string;
  /** Backups are put and looked for there. */
  backupFolder: string;
  /** Files that others sent are put there. */
  downloadFolder: string;
  /** 0: the one of last time, or any free one. */
  port: number;
  /** Show the page, instead of only printing its address. */
  open: boolean;
  /** In a window of its own, where a Chromium is found. */
  appWindow: boolean;
  /** An `xmpp:` address to ask the user about; checked. */
  uri: string | null;
}

export const usage = `Usage: npm start -- --browser [--data FOLDER] [--port N] [--no-open] [--app-window] [xmpp:ADDRESS]`;

/** @throws {Error} with a sentence for the user */
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
    // Beside the data, not in them: they are to outlive them. What is tried out elsewhere stays there.
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

/** Where programs keep their data on this system (XDG Base Directory on Linux). */
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
