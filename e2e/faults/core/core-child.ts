/** Starts and controls the process with the core. */
import { fork, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Checkpoint } from "../../../electron/app/host.ts";
import { connectIpc, type IpcClient } from "../../harness/ipc-client.ts";
import type { Target } from "../writing/written.ts";
import type { CoreArguments, FromCore, ToCore } from "./core-wire.ts";

const entry = join(import.meta.dirname, "core-process.ts");
/** Most of the cost of a kill is the restart, so compiled code is cached across processes. */
const compileCache = join(tmpdir(), "jackdaw-compile-cache");

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface CoreChild {
  readonly ipc: IpcClient;
  readonly port: number;
  /** Resolves when the process has ended, with the signal that ended it. */
  readonly gone: Promise<NodeJS.Signals | null>;
  readonly isAlive: boolean;
  /** A new address for one page. */
  address(): Promise<string>;
  dieAt(at: Checkpoint, what: Target, passes: number): void;
  setClock(ms: number): void;
  kill(): Promise<void>;
  /** Ends it in order (SIGTERM). */
  stop(): Promise<void>;
  /** What it wrote, for failure messages. */
  output(): string;
}

/** Resolves when the store is open. @throws when that takes more than 20 seconds */
export async function startCore(options: CoreArguments): Promise<CoreChild> {
  const child = fork(entry, [JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  running.add(child);
  let written = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.on("data", (data: Buffer) => (written = (written + data.toString()).slice(-20_000)));
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  void gone.then(() => running.delete(child));
  const tell = (message: ToCore): void => void (child.connected && child.send(message, () => undefined));
  const nextAddress = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the core gave no address:\n${written}`)), 20_000);
      child.once("message", ({ address }: FromCore) => {
        clearTimeout(late);
        resolve(address);
      });
      void gone.then(() => {
        clearTimeout(late);
        reject(new Error(`the core ended:\n${written}`));
      });
    });

  const first = await nextAddress();
  const ipc = await Promise.race([
    connectIpc(first),
    gone.then(() => Promise.reject(new Error(`the core ended at once:\n${written}`))),
  ]);

  return {
    ipc,
    port: Number(new URL(first).port),
    gone,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    address() {
      const address = nextAddress();
      tell({ type: "address" });
      return address;
    },
    dieAt: (at, what, passes) => tell({ type: "die-at", at, what, passes }),
    setClock: (ms) => tell({ type: "clock", ms }),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await gone;
      clearTimeout(late);
    },
    output: () => written,
  };
}
