/** Retries the connection at once after the computer wakes up or is unlocked. */
import type { PowerMonitor } from "electron";

export function watchPower(monitor: Pick<PowerMonitor, "on">, changed: () => void): void {
  monitor.on("resume", changed);
  monitor.on("unlock-screen", changed);
}
