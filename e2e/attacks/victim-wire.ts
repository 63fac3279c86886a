/** What passes between the suite and the process with the attacked core, over the channel of a child process. */
import type { ConnectionState } from "../../shared/model/account.ts";

/** The texts that tell whether messages arrive begin with it; of all others the suite hears nothing. */
export const MARK = "mark ";

export interface VictimArguments {
  dataFolder: string;
}

export type ToVictim =
  /** Calls a handler past the contract, with whatever arguments. */
  | { type: "call"; id: number; name: string; args: unknown }
  /** Asks for the longest stall of the main loop since the last time. */
  | { type: "stall"; id: number };

export type FromVictim =
  /** Its store is open and its accounts are about to connect. @property page port of its own page */
  | { type: "ready"; page: number }
  | { type: "answer"; id: number; value?: unknown; error?: string }
  /** @property ms the longest stall @property busy the most processor time between two turns of the main loop, in ms */
  | { type: "stalled"; id: number; ms: number; busy: number }
  | { type: "account"; account: string; connection: ConnectionState; isCatchingUp: boolean }
  /** Marks that arrived or changed. */
  | { type: "marks"; bodies: string[] }
  /** An event that no window could be sent. */
  | { type: "uncloneable"; name: string };
