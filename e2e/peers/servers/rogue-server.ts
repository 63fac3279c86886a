/**
 * Another program on the port of a browser host that has ended: records everything that the page still sends, and
 * imitates the server as far as possible without the key of the session.
 */
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { newNonce } from "../../../shared/omemo/proof.ts";

export interface RogueServer {
  /** Everything received, as text. */
  heard(): string;
  /** The Cookie headers, in order of arrival. */
  cookies(): string[];
  /** The WebSocket messages received. */
  knocks(): string[];
  stop(): Promise<void>;
}

export async function startRogueServer(port: number): Promise<RogueServer> {
  let heard = "";
  const cookies: string[] = [];
  const knocks: string[] = [];
  const open = new Set<Duplex>();
  const http = createServer(
    (_request, response) => void response.setHeader("Content-Type", "application/json").end('{"key":"mine"}'),
  );
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0]! });
  http.on("connection", (socket) => {
    open.add(socket);
    socket.on("data", (part: Buffer) => (heard += part.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
  });
  http.on("upgrade", (request, socket, head) => {
    cookies.push(request.headers.cookie ?? "");
    sockets.handleUpgrade(request, socket, head, (page) => {
      page.on("message", (data) => {
        const text = String(data);
        heard += text;
        knocks.push(text);
        // Tests whether the page accepts a wrong proof, or none.
        page.send(JSON.stringify({ type: "challenge", nonce: newNonce(), proof: newNonce() }));
        page.send(JSON.stringify({ type: "admitted" }));
        page.send(JSON.stringify({ type: "welcome", last: 0, missed: true }));
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, "127.0.0.1", resolve);
  });
  return {
    heard: () => heard,
    cookies: () => cookies,
    knocks: () => knocks,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
