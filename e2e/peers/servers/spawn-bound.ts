/** Programs beside a test that must not outlive it. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";

/** What a shell, and `setpriv`, end with when there is no such program. */
export const NOT_FOUND = 127;

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts a process that the kernel ends with us, whatever ends us, where it can (Linux); elsewhere only at our exit. It
 * has a process group of its own, so Ctrl+C in the terminal reaches only us, and we end it in our order.
 */
export function spawnBound(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<null, Readable, Readable> {
  const options = { stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"], env, detached: true };
  const setpriv = "/usr/bin/setpriv";
  const child = existsSync(setpriv)
    ? spawn(setpriv, ["--pdeathsig", "KILL", command, ...args], options)
    : spawn(command, args, options);
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** How a process ended, in words. A shell reports the signal that ended its child as 128 and its number. */
export function howEnded(code: number | null, signal: NodeJS.Signals | null): string {
  const number = (code ?? 0) - 128;
  const name = signal ?? Object.entries(constants.signals).find((entry) => entry[1] === number)?.[0];
  return name === undefined ? `exit code ${code}` : `signal ${name}`;
}

/** Sends the signal and waits for the end; what does not end within 5 seconds is killed. */
export async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(late);
}
