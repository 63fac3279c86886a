/**
 * Asks the kernel which user is at the other end of a loopback connection (Linux). The token passes through
 * the command line of the browser, which every user of the machine can read; only our own user may use it.
 */
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { log } from "../log/log.ts";

/**
 * @returns false when the peer is known to be another user; true for our own, and where the system does not
 * tell (no /proc)
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
 * @returns user id of the socket 127.0.0.1:`theirPort` that is connected to 127.0.0.1:`ourPort`, or null
 */
export function peerUser(table: string, theirPort: number, ourPort: number): number | null {
  // The address is printed as a number in the byte order of the machine: 0100007F on all we run on.
  const theirs = loopback(theirPort);
  const ours = loopback(ourPort);
  for (const line of table.split("\n")) {
    const [, local, remote, , , , , user] = line.trim().split(/\s+/);
    if (local === theirs && remote === ours && user !== undefined) return Number(user);
  }
  return null;
}

const loopback = (port: number): string => "0100007F:" + port.toString(16).toUpperCase().padStart(4, "0");
