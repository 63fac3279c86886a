/** Messages between the main thread and the store's worker. */
import type { Settings } from "../../../shared/model/settings.ts";
import type { LogEntry } from "../../log/log.ts";
import type { ReadName, StoreErrorCode, WriteOp } from "../contract/index.ts";

/** Passed to the worker when it starts. The key is in memory only, never in a log or an error. */
export interface Start {
  path: string;
  key: Uint8Array;
  defaults: Settings;
}

export type Request =
  | { id: number; kind: "read"; name: ReadName; args: unknown }
  | { id: number; kind: "write"; ops: readonly WriteOp[] }
  | { id: number; kind: "close" };

/** `id` 0 answers the opening. */
export type Answer =
  { id: number; ok: true; value: unknown } | { id: number; ok: false; code: StoreErrorCode; message: string };

/** A log entry of the worker; the main thread, which has the log file, writes it. */
export interface Logged {
  log: LogEntry;
}
