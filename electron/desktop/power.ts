/** Waking up and unlocking are good moments to try the connection at once. */
import type { PowerMonitor } from "electron";

export function watchPower(monitor: Pick<PowerMonitor, "on">, changed: () => void): void {
  monitor.on("resume", changed);
  monitor.on("unlock-screen", changed);
}
