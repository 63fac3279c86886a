/** Messages between a fault test and the process with the core, over the IPC channel of a child process. */
import type { Checkpoint } from "../../../electron/app/host.ts";
import type { Target } from "../writing/written.ts";

/** Checkpoints that every message passes. */
export const checkpoints = [
  "received",
  "committed",
  "counted",
  "queued",
  "recorded",
  "written",
  "acknowledged",
] as const satisfies Checkpoint[];
/** Also the one that only encrypted messages pass. */
export const checkpointsEncrypted = [...checkpoints, "decrypted"] as const satisfies Checkpoint[];

export interface CoreArguments {
  dataFolder: string;
  /** 0: any free port. */
  port: number;
  /** Offset of its clock, in ms. */
  clock: number;
}

export type ToCore =
  /** Kill the process with SIGKILL when such a message passes the checkpoint for the nth time from now. */
  | { type: "die-at"; at: Checkpoint; what: Target; passes: number }
  | { type: "clock"; ms: number }
  /** Requests an address that signs in one more page. */
  | { type: "address" };

export type FromCore = { type: "address"; address: string };
