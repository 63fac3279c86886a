/** What passes between a fault test and the process with the core, over the channel that Node gives to a child. */
import type { Checkpoint } from "../../../electron/app/host.ts";

/** Those that every message passes. */
export const checkpoints = [
  "received",
  "committed",
  "counted",
  "queued",
  "recorded",
  "written",
  "acknowledged",
] as const satisfies Checkpoint[];
/** With those that only an encrypted message passes. */
export const checkpointsEncrypted = [...checkpoints, "decrypted"] as const satisfies Checkpoint[];

export interface CoreArguments {
  dataFolder: string;
  /** 0: any. */
  port: number;
  /** How far its clock is ahead, in ms. */
  clock: number;
}

export type ToCore =
  /** Die by SIGKILL the moment the checkpoint is passed so many times more. */
  | { type: "die-at"; at: Checkpoint; passes: number }
  | { type: "clock"; ms: number }
  /** Asks for an address that signs one more page in. */
  | { type: "address" };

export type FromCore = { type: "address"; address: string };
