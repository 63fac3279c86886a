/**
 * The store on one connection, synchronously; runs in the worker. Several writes share one transaction (and so one wait
 * for the disk). Each has its own savepoint, so that a failing one undoes only itself.
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
   * Commits all writes in one transaction, or as many as the time allows. Outcomes are final: what is `ok` is on disk.
   * @param enough called after each write; true ends the transaction early
   * @returns the outcomes of the first writes; there may be fewer than writes
   */
  write(writes: readonly (readonly WriteOp[])[], enough: () => boolean): Outcome[];
  /** Deletes a slice of obsolete rows; true while there is more. */
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

  /** Rolls a transaction back, unless SQLite has done so by itself (a full or failing disk). */
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
            // Throws if SQLite has rolled back everything: then each write is repeated by itself, below.
            undo.run();
            outcomes.push(failed(error));
          }
          release.run();
          if (enough()) break;
        }
        commit.run();
        return outcomes;
      } catch (error) {
        log.warn("store", "writes that shared a transaction are repeated one by one", error);
        abandon();
        return writes.slice(0, Math.max(outcomes.length, 1)).map(alone);
      }
    },
    purge: purging(connection),
    close: () => db.close(),
  };
}
