/** Runs a device of the catch-up benchmarks (`catchup-device.ts`) in a process of its own. */
import { fork } from "node:child_process";
import { join } from "node:path";
import type { Drained, Task } from "./catchup-device.ts";

/** A device that has not drained by then hangs, ms. */
const LATE = 300_000;

/**
 * @param meanwhile with a task that stays: when it settles, the device goes
 * @returns what it measured, when it has ended @throws when it does not end well
 */
export function runDevice(task: Task, meanwhile?: () => Promise<void>): Promise<Drained> {
  return new Promise<Drained>((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "catchup-device.ts"), [JSON.stringify(task)]);
    const late = setTimeout(() => child.kill("SIGKILL"), LATE);
    let drained: Drained | null = null;
    child.once("message", (message) => {
      drained = message as Drained;
      meanwhile?.().then(
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
