/**
 * Writes down why the process ends when nobody has caught an error. What then happens to the process stays as it was.
 */
import { log } from "./log.ts";

/** The area of these lines. */
export const CRASH = "process";

/**
 * @param rejections `end`: a rejection that nobody handles ends the process, and comes here as any uncaught error does
 * (Node).
 *   `pass`: it does not, and the process only hears of it (Electron)
 */
export function logCrashes(rejections: "end" | "pass"): void {
  process.on("uncaughtExceptionMonitor", (error, origin) => log.error(CRASH, origin, error));
  if (rejections === "pass")
    process.on("unhandledRejection", (reason) => log.error(CRASH, "unhandledRejection", reason));
}
