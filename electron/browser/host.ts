/** Implements the core's `Host` for the browser. */
import { join } from "node:path";
import type { Host } from "../app/host.ts";
import { openLink } from "./open-external.ts";
import { createFileSecretBox } from "../secrets/file.ts";

/**
 * @param options.dataFolder exists
 * @param options.backupFolder, options.downloadFolder need not exist; default: within the data folder
 * @param options.publish sends an event to every page
 */
export function createBrowserHost(options: {
  dataFolder: string;
  backupFolder?: string;
  downloadFolder?: string;
  version: string;
  publish: Host["publish"];
}): Host {
  return {
    kind: "browser",
    dataFolder: options.dataFolder,
    backupFolder: options.backupFolder ?? join(options.dataFolder, "backups"),
    downloadFolder: options.downloadFolder ?? join(options.dataFolder, "downloads"),
    version: options.version,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    secretBox: createFileSecretBox(options.dataFolder),
    // This process has no window for notifications or a badge; the page shows unread counts.
    notify: () => undefined,
    setBadge: () => undefined,
    openExternal: openLink,
    publish: options.publish,
  };
}
