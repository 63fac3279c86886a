/** The store for `app/`: starts the worker that owns the database, and sends it requests. */
import { Worker } from "node:worker_threads";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { log, record } from "../../log/log.ts";
import { StoreError, type OpenStore, type ReadName, type Reads, type Store, type WriteOp } from "../contract/index.ts";
import type { Answer, Logged, Request, Start } from "./wire.ts";

/** Next to this file in the build. When running from sources, the build's path is given, or the source is used. */
const WORKER = import.meta.url.endsWith(".ts")
  ? (process.env["JACKDAW_STORE_WORKER"] ?? "./worker.ts")
  : "./store-worker.js";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

type Plain = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/** Opens or creates the store; see `OpenStore`. */
export const openStore: OpenStore = async ({ path, key }) => {
  const start: Start = { path, key, defaults: defaultSettings };
  const worker = new Worker(new URL(WORKER, import.meta.url), { workerData: start });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: StoreError | null = null;

  function end(error: StoreError): void {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }
  worker.on("message", (answer: Answer | Logged) => {
    if ("log" in answer) return record(answer.log);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) asked?.resolve(answer.value);
    else asked?.reject(new StoreError(answer.code, answer.message));
  });
  worker.on("error", (error: Error) => {
    log.error("store", "the store stopped", error);
    end(new StoreError("internal", `the store stopped: ${error.message}`));
  });
  worker.on("exit", () => end(new StoreError("closed", "the store is closed")));

  const settled = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }));

  function ask(request: Plain): Promise<unknown> {
    if (ended !== null) return Promise.reject(ended);
    const id = ++lastId;
    const answer = settled(id);
    worker.postMessage({ id, ...request });
    return answer;
  }

  await settled(0);

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    const exited = new Promise((resolve) => worker.once("exit", resolve));
    const answer = ask({ kind: "close" });
    ended = new StoreError("closed", "the store is closed");
    await answer;
    await exited;
  }

  return {
    read: <N extends ReadName>(name: N, args: Parameters<Reads[N]>[0]) =>
      ask({ kind: "read", name, args }) as Promise<ReturnType<Reads[N]>>,
    write: ((...ops: WriteOp[]) => ask({ kind: "write", ops })) as Store["write"],
    close: () => (closing ??= close()),
  };
};
