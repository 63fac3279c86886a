/**
 * The store on one connection, synchronously: what the worker runs. Several writes share one transaction
 * (and so one wait for the disk); each has its own savepoint, so that one that fails undoes only itself.
 */
import type { Settings } from "../../../shared/model/settings.ts";
import { log } from "../../log/log.ts";
import type { Connection } from "./connection.ts";
import type { ReadName, StoreError, WriteOp } from "../contract/index.ts";
import { storeError } from "./failure.ts";
import { operations } from "./operations.ts";
import { purging } from "../accounts/purge.ts";

export type Outcome = { ok: true; value: unknown } | { ok: false; error: StoreError };

export interface Engine {
  read(name: ReadName, args: unknown): Outcome;
  /**
   * One transaction for all, or as many as fit into the time. The outcomes are final: what is `ok` is on disk.
   * @param enough asked after each write; true ends the transaction early
   * @returns the outcomes of the first writes; there may be fewer than writes
   */
  write(writes: readonly (readonly WriteOp[])[], enough: () => boolean): Outcome[];
  /** Clears away a slice of what is no longer needed; true while there is more. */
  purge(): boolean;
  close(): void;
}

const failed = (error: unknown): Outcome => ({ ok: false, error: storeError(error) });

export function createEngine(connection: Connection, defaults: Settings): Engine {
  const { db } = connection;
  const { reads, writes: operation } = operations(connection, defaults);
  const begin = connection.command("BEGIN IMMEDIATE");
  const commit = connection.command("COMMIT");
  const rollback = connection.command("ROLLBACK");
  const savepoint = connection.command("SAVEPOINT one");
  const release = connection.command("RELEASE one");
  const undo = connection.command("ROLLBACK TO one");

  function perform(ops: readonly WriteOp[]): unknown[] {
    return ops.map(({ op, args }) => {
      const run = operation[op] as ((args: unknown) => unknown) | undefined;
      if (run === undefined) throw new Error(`no such operation: ${String(op)}`);
      return run(args);
    });
  }

  /** Ends a transaction that SQLite may have ended by itself (a full disk, a failing one). */
  function abandon(): void {
    try {
      rollback.run();
    } catch (error) {
      log.debug("store", "nothing was rolled back", error);
      // None was open any more.
    }
  }

  function alone(ops: readonly WriteOp[]): Outcome {
    try {
      begin.run();
      const value = perform(ops);
      commit.run();
      return { ok: true, value };
    } catch (error) {
      abandon();
      return failed(error);
    }
  }

  return {
    read(name, args) {
      try {
        const run = reads[name] as ((args: unknown) => unknown) | undefined;
        if (run === undefined) throw new Error(`no such operation: ${String(name)}`);
        return { ok: true, value: run(args) };
      } catch (error) {
        return failed(error);
      }
    },
    write(writes, enough) {
      if (writes.length === 1) return [alone(writes[0]!)];
      const outcomes: Outcome[] = [];
      try {
        begin.run();
        for (const ops of writes) {
          savepoint.run();
          try {
            outcomes.push({ ok: true, value: perform(ops) });
          } catch (error) {
            // Throws when SQLite has rolled back everything: then each tries again by itself, below.
            undo.run();
            outcomes.push(failed(error));
          }
          release.run();
          if (enough()) break;
        }
        commit.run();
        return outcomes;
      } catch (error) {
        log.warn("store", "writes that shared a transaction are made one by one", error);
        abandon();
        return writes.slice(0, Math.max(outcomes.length, 1)).map(alone);
      }
    },
    purge: purging(connection),
    close: () => db.close(),
  };
}
