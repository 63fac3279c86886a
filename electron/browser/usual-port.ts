/**
 * The port that a data folder used last time. The browser stores drafts by origin, and the port is part of the origin:
 * on another port they would not be found.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { log } from "../log/log.ts";

const file = (folder: string): string => join(folder, "port");

/** @returns the port of the last start, or 0 (any) */
export function usualPort(folder: string): number {
  try {
    const port = Number(readFileSync(file(folder), "utf8"));
    return Number.isInteger(port) && port >= 1024 && port <= 65535 ? port : 0;
  } catch (error) {
    log.debug("browser", "there is no usual port yet", error);
    return 0;
  }
}

/** Stores the port for the next start. On failure, drafts are not found next time; nothing worse happens. */
export function keepPort(folder: string, port: number): void {
  if (usualPort(folder) === port) return;
  try {
    writeFileSync(file(folder), String(port), { mode: 0o600 });
  } catch (error) {
    log.warn("browser", "the port could not be kept", error);
    // A full disk must not prevent the window from opening.
  }
}

/**
 * Starts a server on the port that the user asked for, else on the usual one, else on any.
 * @param wanted 0: the user did not ask for one
 */
export async function onUsualPort<T extends { readonly port: number }>(
  folder: string,
  wanted: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (wanted !== 0) return start(wanted);
  const usual = usualPort(folder);
  const server = await start(usual).catch((error: unknown) => {
    if (usual === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return start(0);
  });
  keepPort(folder, server.port);
  return server;
}
