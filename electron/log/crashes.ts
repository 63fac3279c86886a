/** Logs the reason when an uncaught error ends the process. Does not change what happens to the process. */
import { log } from "./log.ts";

/** The log area of these entries. */
export const CRASH = "process";

/**
 * @param rejections `end`: an unhandled rejection ends the process and is reported as an uncaught exception (Node).
 * `pass`: the process continues and only gets an event (Electron).
 */
export function logCrashes(rejections: "end" | "pass"): void {
  process.on("uncaughtExceptionMonitor", (error, origin) => log.error(CRASH, origin, error));
  if (rejections === "pass")
    process.on("unhandledRejection", (reason) => log.error(CRASH, "unhandledRejection", reason));
}
