/**
 * Asks the kernel which user owns the other end of a loopback connection (Linux). The token is on the command line of
 * the browser, which every user of the machine can read, so it is valid for our own user only.
 */
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { log } from "../log/log.ts";

/**
 * @returns false if the peer is another user; true for our own user, and if the system does not reveal it (no /proc)
 */
export async function isOwnUser(socket: Socket): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid === undefined) return true;
  const { remotePort, localPort } = socket;
  if (remotePort === undefined || localPort === undefined) return false;
  let table: string;
  try {
    table = await readFile("/proc/net/tcp", "utf8");
  } catch (error) {
    log.warn("browser", "the table of connections cannot be read", error);
    return true;
  }
  return peerUser(table, remotePort, localPort) === process.getuid();
}

/**
 * @param table text of /proc/net/tcp: `sl local rem st tx:rx tr:when retrnsmt uid …`
 * @returns user id of the socket 127.0.0.1:`theirPort` connected to 127.0.0.1:`ourPort`, or null
 */
export function peerUser(table: string, theirPort: number, ourPort: number): number | null {
  // The address is printed as a number in machine byte order: 0100007F on all supported systems.
  const theirs = loopback(theirPort);
  const ours = loopback(ourPort);
  for (const line of table.split("\n")) {
    const [, local, remote, , , , , user] = line.trim().split(/\s+/);
    if (local === theirs && remote === ours && user !== undefined) return Number(user);
  }
  return null;
}

const loopback = (port: number): string => "0100007F:" + port.toString(16).toUpperCase().padStart(4, "0");
