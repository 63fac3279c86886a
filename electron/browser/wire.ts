/** What passes over the WebSocket between the bridge in the page and the loopback server, as JSON. */
import type { IpcResult } from "../../shared/ipc.ts";
import type { EventBatch } from "../ipc/batch.ts";

export type FromPage =
  /** First on every connection: which page this is, and the last batch it saw (-1: it was never welcomed). */
  | { type: "hello"; page: string; seen: number }
  | { type: "call"; id: number; name: string; args: unknown };

export type FromServer =
  /**
   * `last`: number of the newest batch, counted from 1. `missed`: batches were lost that the server no longer
   * has; the page loads itself again.
   */
  | { type: "welcome"; last: number; missed: boolean }
  | { type: "answer"; id: number; result: IpcResult<unknown> }
  | { type: "events"; number: number; batch: EventBatch };

/** WebSocket subprotocol; the proof of the session is offered as a second one, since a page can set no header. */
export const PROTOCOL = "jackdaw";
