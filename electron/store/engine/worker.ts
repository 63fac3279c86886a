/**
 * The thread that owns the database. It takes all waiting requests, answers the reads first, then commits the writes
 * together; requests that arrive in the meantime form the next round. Obsolete rows are deleted when idle.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { log, onLogEntry } from "../../log/log.ts";
import type { StoreError, WriteOp } from "../contract/index.ts";
import { openFile } from "./database.ts";
import { createEngine, type Engine, type Outcome } from "./engine.ts";
import { storeError } from "./failure.ts";
import type { Answer, Logged, Request, Start } from "./wire.ts";

const port = parentPort!;
/** A transaction that takes longer than this ends after the current write, so that reads get their turn. */
const LONGEST_MS = 25;
/** Operations that leave messages behind, to be deleted later. */
const LEAVES_ROWS: ReadonlySet<WriteOp["op"]> = new Set([
  "account.remove",
  "backup.begin",
  "backup.commit",
  "backup.drop",
]);

const answer = (message: Answer): void => port.postMessage(message);
onLogEntry((entry) => port.postMessage({ log: entry } satisfies Logged));
const fail = (id: number, { code, message }: StoreError): void => answer({ id, ok: false, code, message });
const settle = (id: number, outcome: Outcome): void =>
  outcome.ok ? answer({ id, ok: true, value: outcome.value }) : fail(id, outcome.error);

function serve(engine: Engine): void {
  let writes: { id: number; ops: readonly WriteOp[] }[] = [];
  let closing: number | null = null;
  let purging = true;

  function take(request: Request): void {
    if (request.kind === "read") settle(request.id, engine.read(request.name, request.args));
    else if (request.kind === "write") writes.push(request);
    else closing = request.id;
  }
  function takeAll(): void {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      take(next.message as Request);
  }

  function commit(): void {
    const until = performance.now() + LONGEST_MS;
    const outcomes = engine.write(
      writes.map(({ ops }) => ops),
      () => performance.now() > until,
    );
    const settled = writes.slice(0, outcomes.length);
    writes = writes.slice(outcomes.length);
    settled.forEach(({ id }, index) => settle(id, outcomes[index]!));
    if (settled.some(({ ops }) => ops.some(({ op }) => LEAVES_ROWS.has(op)))) purgeLater();
  }

  function purgeLater(): void {
    purging = true;
    setImmediate(purge);
  }
  function purge(): void {
    if (closing !== null || !purging) return;
    try {
      purging = engine.purge();
    } catch (error) {
      // The disk is full or similar: the next start tries again.
      log.warn("store", "obsolete rows could not be deleted", error);
      purging = false;
    }
    if (purging) setImmediate(purge);
  }

  port.on("message", (first: Request) => {
    take(first);
    takeAll();
    while (writes.length > 0) {
      commit();
      takeAll();
    }
    if (closing === null) return;
    port.removeAllListeners();
    try {
      engine.close();
      answer({ id: closing, ok: true, value: null });
    } catch (error) {
      fail(closing, storeError(error));
    }
    port.close();
  });
  setImmediate(purge);
}

try {
  const { path, key, defaults } = workerData as Start;
  serve(createEngine(openFile(path, key), defaults));
  log.info("store", "the store is open");
  answer({ id: 0, ok: true, value: null });
} catch (error) {
  log.error("store", "the store cannot be opened", error);
  fail(0, storeError(error));
  port.close();
}
