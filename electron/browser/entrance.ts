/**
 * The beginning of every WebSocket: the server proves to the page that it knows the key of the session, and the page to
 * the server, see `wire.ts`. Until then whoever is at the other end may be anybody with the cookie: they get little
 * time and few bytes, and there are few of them at once.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { isNonce, isProof, newNonce, prove } from "../../shared/omemo/proof.ts";
import { log } from "../log/log.ts";
import { proofSubject, type Reply } from "./wire.ts";

/** Time from the upgrade to the page's proof, in ms. */
const PATIENCE = 10_000;
/** Both messages of a page with their frames, and what is left of the request; in bytes. */
const MAX_BYTES = 2048;
const MAX_WAITING = 32;

export interface Entrance {
  /** False while as many wait as may. */
  hasRoom(): boolean;
  /**
   * Lets the page in, or ends the connection.
   * @param socket just accepted; nobody listens to it yet
   * @param raw the connection under it
   * @param early bytes that came with the request
   */
  admit(socket: WebSocket, raw: Duplex, early: number, key: string): void;
}

/**
 * @param host `127.0.0.1:PORT`
 * @param enter gets the socket of each page that has proved itself
 */
export function createEntrance(host: string, enter: (socket: WebSocket) => void): Entrance {
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
        // Not closed: a peer that does not answer would keep it open.
        socket.terminate();
      };
      const late = setTimeout(() => end("no proof in time"), PATIENCE);
      const count = (part: Buffer): void => {
        bytes += part.length;
        if (bytes > MAX_BYTES) end("too much before the proof");
      };
      const send = (reply: Reply): void => socket.send(JSON.stringify(reply));

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
        // A page waits for each answer.
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
