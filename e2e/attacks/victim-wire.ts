/** Messages between the suite and the process with the attacked core, over the IPC channel of a child process. */
import type { ConnectionState } from "../../shared/model/account.ts";

/** Prefix of the bodies that show whether messages arrive; the process reports no others. */
export const MARK = "mark ";

export interface VictimArguments {
  dataFolder: string;
}

export type ToVictim =
  /** Calls a handler directly with arbitrary arguments, past the schema check. */
  | { type: "call"; id: number; name: string; args: unknown }
  /** Requests the longest stall of the main loop since the last request. */
  | { type: "stall"; id: number };

export type FromVictim =
  /** The store is open and the accounts are about to connect. @property page port of the loopback server */
  | { type: "ready"; page: number }
  | { type: "answer"; id: number; value?: unknown; error?: string }
  /** @property ms the longest stall @property busy the most processor time between two timer ticks, in ms */
  | { type: "stalled"; id: number; ms: number; busy: number }
  | { type: "account"; account: string; connection: ConnectionState; isCatchingUp: boolean }
  /** Marks that arrived or changed. */
  | { type: "marks"; bodies: string[] }
  /** An event that could not be cloned for a window. */
  | { type: "uncloneable"; name: string };
