/** Runs the built browser host (dist/) in a child process on its own data folder. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { spawnBound } from "../peers/servers/spawn-bound.ts";

const run = promisify(execFile);

const project = join(import.meta.dirname, "..", "..");
/** The built host. */
export const hostFile = join(project, "dist", "electron", "browser.js");

export interface RunningHost {
  /** The printed address with a one-time token. */
  readonly address: string;
  readonly origin: string;
  readonly pid: number;
  /**
   * Requests a new address by a second process, as when the user starts Jackdaw again, optionally with an `xmpp:` URI.
   */
  anotherAddress(uri?: string): Promise<string>;
  /** What it wrote, for failure messages. */
  output(): string;
  /** Ends it like a user (SIGTERM). @throws when it does not exit with 0 */
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
}

/**
 * @param options.dataFolder must exist
 * @param options.language locale of the machine, e.g. `en_GB.UTF-8`
 * @param options.path folder to put first in its PATH
 * @throws when the host was not built, or prints no address within 20 seconds
 */
export async function startHost(options: {
  dataFolder: string;
  language?: string;
  port?: number;
  path?: string;
}): Promise<RunningHost> {
  if (!existsSync(hostFile)) throw new Error("dist/ is missing: npm run build");
  const args = [hostFile, "--no-open", "--data", options.dataFolder, "--port", String(options.port ?? 0)];
  const language = options.language ?? "en_GB.UTF-8";
  const child = spawnBound(process.execPath, args, {
    ...process.env,
    PATH: [options.path, process.env["PATH"]].filter(Boolean).join(delimiter),
    LANG: language,
    LC_ALL: language,
    LANGUAGE: "",
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  let written = "";
  child.stderr.on("data", (data: Buffer) => (written += data.toString()));
  const address = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the host printed no address:\n${written}`)), 20_000);
    createInterface(child.stdout).on("line", (line) => {
      written += `${line}\n`;
      const found = /^Jackdaw: (http:\S+)$/.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
    void gone.then((code) => {
      clearTimeout(late);
      reject(new Error(`the host ended at once (${code}):\n${written}`));
    });
  });

  return {
    address,
    origin: new URL(address).origin,
    pid: child.pid!,
    async anotherAddress(uri) {
      const { stdout } = await run(process.execPath, uri === undefined ? args : [...args, uri], { timeout: 20_000 });
      const found = /^Jackdaw: (http:\S+)$/m.exec(stdout)?.[1];
      if (found === undefined) throw new Error(`the running host gave no address:\n${stdout}`);
      return found;
    },
    output: () => written,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      const code = await gone;
      clearTimeout(late);
      if (code !== 0) throw new Error(`the host did not end in order (${code}):\n${written}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
