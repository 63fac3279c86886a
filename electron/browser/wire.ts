/**
 * The JSON messages between the bridge in the page and the loopback server. Each connection starts with proofs of both
 * sides (`shared/omemo/proof.ts`) that they know the session key; neither sends the key, and the page sends nothing
 * else before the server has proved itself, because another program may have taken the port.
 */
import type { IpcResult } from "../../shared/ipc/index.ts";
import type { EventBatch } from "../ipc/batch.ts";

/** From the page until it is admitted, in this order. */
export type HandshakeMessage = { type: "begin"; nonce: string } | { type: "prove"; proof: string };

/** From the server until the page is admitted, in this order. */
export type HandshakeReply =
  /** `proof` of the server for `proofSubject`. */
  { type: "challenge"; nonce: string; proof: string } | { type: "admitted" };

export type FromPage =
  /** First on every connection: the id of the page and the last batch that it received (-1: it was never admitted). */
  { type: "hello"; page: string; seen: number } | { type: "call"; id: number; name: string; args: unknown };

export type FromServer =
  /**
   * `last`: number of the newest batch, counted from 1. `missed`: the server no longer has some of the missed batches;
   * the page reloads.
   */
  | { type: "welcome"; last: number; missed: boolean }
  | { type: "answer"; id: number; result: IpcResult<unknown> }
  | { type: "events"; number: number; batch: EventBatch };

/** WebSocket subprotocol. */
export const PROTOCOL = "jackdaw";

/** Close code of a server that shuts down; its sessions end with it. */
export const ENDS = 1001;

/**
 * The subject of both proofs. It includes the host, so that a program on another port cannot relay the messages.
 * @param host `127.0.0.1:PORT`
 */
export const proofSubject = (host: string, pageNonce: string, serverNonce: string): string[] => [
  host,
  pageNonce,
  serverNonce,
];
