/** Reads a place until it has everything. */
import type { Ledger, Place, User } from "../writing/written.ts";
import type { Device } from "../core/device.ts";
import { findings, isClean, shownOf, type Finding, type Shown } from "./shown.ts";

/** Time limit for messages in flight after the last fault, in ms. */
export const SETTLE_MS = 60_000;
/** How long a place may stay as it is before it counts as final, in ms. */
const STILL_MS = 15_000;

/**
 * Reads until everything is there or nothing changes any more, since messages in flight are not lost.
 * @param label names the place for people
 * @param read returns everything there. `whole`: also what costs much to read
 */
export async function finallyAt(
  label: string,
  place: Place,
  ledger: Ledger,
  read: (whole: boolean) => Promise<Shown[]>,
): Promise<Finding[]> {
  const end = performance.now() + SETTLE_MS;
  let last = "";
  for (let until = end; ;) {
    const isOver = performance.now() > until;
    const now = findings(label, place, await read(false), ledger);
    const sight = JSON.stringify(now);
    if (sight !== last) [last, until] = [sight, Math.min(end, performance.now() + STILL_MS)];
    if (isOver || now.every(isClean)) {
      const found = findings(label, place, await read(true), ledger);
      if (isOver || found.every(isClean)) return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Everything that a device shows of a conversation. */
export async function readDevice(device: Device, me: User, place: Place, whole: boolean): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const message of await device.read(place)) {
    const isCorrected = whole && message.editedAt !== null;
    shown.push(shownOf(message, me, isCorrected ? await device.versions(message) : []));
  }
  return shown;
}
