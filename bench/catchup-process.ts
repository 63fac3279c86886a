/** Runs a device of the catch-up benchmarks (`catchup-device.ts`) in its own process. */
import { fork } from "node:child_process";
import { join } from "node:path";
import type { Drained, Task } from "./catchup-device.ts";

/** Time limit of a device, in ms; then it is considered hung. */
const LATE = 300_000;

/**
 * @param whileOnline for a task that stays online: the device ends when it resolves
 * @returns the measurements, after the device has ended @throws when it fails
 */
export function runDevice(task: Task, whileOnline?: () => Promise<void>): Promise<Drained> {
  return new Promise<Drained>((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "catchup-device.ts"), [JSON.stringify(task)]);
    const late = setTimeout(() => child.kill("SIGKILL"), LATE);
    let drained: Drained | null = null;
    child.once("message", (message) => {
      drained = message as Drained;
      whileOnline?.().then(
        () => child.send("go"),
        (error: unknown) => {
          child.kill("SIGKILL");
          reject(error as Error);
        },
      );
    });
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      if (drained === null || code !== 0)
        reject(new Error(`the device ended with ${signal ?? code}, and did not drain the archive`));
      else resolve(drained);
    });
  });
}
