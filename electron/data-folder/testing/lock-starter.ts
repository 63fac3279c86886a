/** A process that takes the lock of a data folder on request, reports the result, and releases the lock or dies. */
import { takeLock, type Lock } from "../lock.ts";

/** From the test. `at`: when to start, ms since 1970, so that all processes start together. */
export type ToStarter = { type: "start"; folder: string; at: number } | { type: "release" } | { type: "die" };
/** `heldBy`: the process named in the lock file, if another process has the lock. */
export type FromStarter =
  { type: "ready" } | { type: "started"; holds: boolean; heldBy: number | null } | { type: "released" };

const tell = (message: FromStarter): void => void process.send!(message);
let lock: Lock | null = null;

process.on("message", (message: ToStarter) => {
  if (message.type === "die") process.kill(process.pid, "SIGKILL");
  if (message.type === "release") {
    lock?.release();
    lock = null;
    return tell({ type: "released" });
  }
  if (message.type !== "start") return;
  while (Date.now() < message.at); // busy wait: timers are too coarse for a race
  const taken = takeLock(message.folder, "browser");
  lock = "lock" in taken ? taken.lock : null;
  tell({ type: "started", holds: lock !== null, heldBy: "heldBy" in taken ? (taken.heldBy?.pid ?? null) : null });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "ready" });
