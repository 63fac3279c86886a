/**
 * What passes over the WebSocket between the bridge in the page and the loopback server, as JSON. Each connection
 * begins with proofs of both sides (`shared/omemo/proof.ts`) that they know the key of the session; neither sends the
 * key, and the page sends nothing else before the server has proved itself: the port may be another program's by now.
 */
import type { IpcResult } from "../../shared/ipc/index.ts";
import type { EventBatch } from "../ipc/batch.ts";

/** From the page, until it is admitted; in this order. */
export type Knock = { type: "begin"; nonce: string } | { type: "prove"; proof: string };

/** From the server, until the page is admitted; in this order. */
export type Reply =
  /** `proof`: of the server, about `proofSubject`. */
  { type: "challenge"; nonce: string; proof: string } | { type: "admitted" };

export type FromPage =
  /** First on every connection: which page this is, and the last batch it saw (-1: it was never welcomed). */
  { type: "hello"; page: string; seen: number } | { type: "call"; id: number; name: string; args: unknown };

export type FromServer =
  /**
   * `last`: number of the newest batch, counted from 1. `missed`: batches were lost that the server no longer
   * has; the page loads itself again.
   */
  | { type: "welcome"; last: number; missed: boolean }
  | { type: "answer"; id: number; result: IpcResult<unknown> }
  | { type: "events"; number: number; batch: EventBatch };

/** WebSocket subprotocol. */
export const PROTOCOL = "jackdaw";

/** Close code of a server that ends in order: its sessions end with it. */
export const ENDS = 1001;

/**
 * What both proofs are about. With the host in it, a program on another port cannot pass the messages of the two sides
 * on.
 * @param host `127.0.0.1:PORT`
 */
export const proofSubject = (host: string, pageNonce: string, serverNonce: string): string[] => [
  host,
  pageNonce,
  serverNonce,
];
