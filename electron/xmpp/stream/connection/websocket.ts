/** XMPP over WebSocket (RFC 7395) as a transport, with the same certificate verification as TCP. */
import { EventEmitter } from "node:events";
import type { TLSSocket } from "node:tls";
import WebSocket from "ws";
import { ConnectionProblem } from "./problems.ts";
import type { Transport } from "./stream.ts";
import { LIMITS } from "./parser.ts";
import { tlsOptions, verify } from "./tls.ts";

/**
 * @param url `wss:` only; the certificate must match its host (XEP-0156 §5: it was fetched over HTTPS)
 * @throws {ConnectionProblem}
 */
export async function connectWebSocket(
  url: string,
  options: { pinned: string | null; timeout: number },
): Promise<{ transport: Transport; tls: TLSSocket }> {
  const { hostname, protocol } = new URL(url);
  if (protocol !== "wss:") throw new ConnectionProblem("not-encrypted");
  const { servername: _, ...tls } = tlsOptions(hostname);
  const socket = new WebSocket(url, ["xmpp"], {
    ...tls,
    maxPayload: LIMITS.characters,
    perMessageDeflate: false,
    handshakeTimeout: options.timeout,
    followRedirects: false,
  });
  const secured = await new Promise<TLSSocket>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("upgrade", (response) => {
      const connection = response.socket as TLSSocket;
      const problem = verify(connection, hostname, options.pinned, "web");
      if (problem === null) socket.once("open", () => resolve(connection));
      else {
        socket.terminate();
        reject(problem);
      }
    });
  });
  if (socket.protocol !== "xmpp") {
    socket.terminate();
    throw new ConnectionProblem("stream-error", { text: "the WebSocket does not speak XMPP" });
  }
  return { transport: wrap(socket), tls: secured };
}

function wrap(socket: WebSocket): Transport {
  const events = new EventEmitter();
  socket.on("message", (data, binary) => {
    // RFC 7395 §3.2 allows text frames only; `ws` has validated their UTF-8.
    if (binary) events.emit("error", new ConnectionProblem("bad-xml", { text: "a binary frame" }));
    else events.emit("data", (data as Buffer).toString("utf8"));
  });
  socket.on("error", (error) => events.emit("error", error));
  socket.on("close", () => events.emit("close", false));
  const transport = Object.assign(events, {
    write: (text: string, done: (error?: Error | null) => void) => socket.send(text, done),
    end: () => socket.close(),
    destroy: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });
  return transport as unknown as Transport;
}
