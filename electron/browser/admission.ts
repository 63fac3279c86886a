/**
 * The start of every WebSocket: server and page prove to each other that they know the session key, see `wire.ts`.
 * Until then the peer may be any program that has the cookie, so time, bytes and the number of such connections are
 * limited.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { isNonce, isProof, newNonce, prove } from "../../shared/omemo/proof.ts";
import { log } from "../log/log.ts";
import { proofSubject, type HandshakeReply } from "./wire.ts";

/** Time from the upgrade to the page's proof, ms. */
const PATIENCE = 10_000;
/** Both messages of a page with their frames, and the rest of the request, bytes. */
const MAX_BYTES = 2048;
const MAX_WAITING = 32;

export interface Admission {
  /** False while the maximum number of connections wait for their proof. */
  hasRoom(): boolean;
  /**
   * Admits the page or ends the connection.
   * @param socket a new socket without listeners
   * @param raw the underlying connection
   * @param early bytes received with the request
   */
  admit(socket: WebSocket, raw: Duplex, early: number, key: string): void;
}

/**
 * @param host `127.0.0.1:PORT`
 * @param enter receives the socket of each admitted page
 */
export function createAdmission(host: string, enter: (socket: WebSocket) => void): Admission {
  let waiting = 0;

  return {
    hasRoom: () => waiting < MAX_WAITING,
    admit(socket, raw, early, key) {
      waiting++;
      let bytes = early;
      let subject: string[] | null = null;
      let busy = false;

      const leave = (): void => {
        waiting--;
        clearTimeout(late);
        raw.off("data", count);
        socket.off("message", hear);
        socket.off("close", leave);
      };
      const end = (why: string): void => {
        log.warn("browser", `a connection to the loopback server was ended: ${why}`);
        // Terminates instead of closing: a peer that does not answer would keep the connection open.
        socket.terminate();
      };
      const late = setTimeout(() => end("no proof in time"), PATIENCE);
      const count = (part: Buffer): void => {
        bytes += part.length;
        if (bytes > MAX_BYTES) end("too much before the proof");
      };
      const send = (reply: HandshakeReply): void => socket.send(JSON.stringify(reply));

      async function answer(message: Record<string, unknown> | null): Promise<void> {
        if (subject === null) {
          if (message?.["type"] !== "begin" || !isNonce(message["nonce"])) return end("it began with something else");
          const nonce = newNonce();
          subject = proofSubject(host, message["nonce"], nonce);
          return send({ type: "challenge", nonce, proof: await prove(key, "server", subject) });
        }
        if (message?.["type"] !== "prove" || !(await isProof(message["proof"], key, "page", subject)))
          return end("a wrong proof");
        if (socket.readyState !== socket.OPEN) return;
        leave();
        enter(socket);
        send({ type: "admitted" });
      }
      const hear = (data: unknown, isBinary: boolean): void => {
        // A page waits for each reply, so a message during the check is an error.
        if (busy) return end("it did not wait");
        busy = true;
        answer(isBinary ? null : parse(String(data))).then(
          () => void (busy = false),
          (error: unknown) => {
            log.error("browser", "the proof of a page could not be checked", error);
            socket.terminate();
          },
        );
      };

      raw.on("data", count);
      socket.on("message", hear);
      socket.once("close", leave);
      socket.on("error", () => socket.terminate());
      if (bytes > MAX_BYTES) end("too much before the proof");
    },
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    log.debug("browser", "a page sent no message before it was admitted", error);
    return null; // the connection ends for it
  }
}
