/**
 * Detects that the network or the machine came back, without contacting a host: the addresses of this machine changed,
 * or the clock jumped because it slept.
 */
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

const LOOK_EVERY_MS = 3_000;
/** A timer with this delay means that the machine slept. */
const SLEPT_MS = 20_000;

interface WatchPorts {
  addresses?: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  now?: () => number;
}

const fingerprint = (all: NodeJS.Dict<NetworkInterfaceInfo[]>): string =>
  Object.entries(all)
    .flatMap(([name, list]) => (list ?? []).filter((one) => !one.internal).map((one) => `${name} ${one.address}`))
    .sort()
    .join("\n");

/**
 * Polls until it is stopped.
 * @param changed called when an immediate connection attempt makes sense
 * @returns a function that stops the watch
 */
export function watchNetwork(changed: () => void, ports: WatchPorts = {}): () => void {
  const { addresses = networkInterfaces, now = Date.now } = ports;
  let known = fingerprint(addresses());
  let lookedAt = now();
  const timer = setInterval(() => {
    const current = fingerprint(addresses());
    const slept = now() - lookedAt > LOOK_EVERY_MS + SLEPT_MS;
    lookedAt = now();
    // Getting an address is a reason to reconnect, losing the last one is not.
    if ((current !== known && current !== "") || slept) changed();
    known = current;
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
