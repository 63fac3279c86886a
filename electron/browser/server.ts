/**
 * The loopback server of the browser host: serves the built window over HTTP, and calls and events over a WebSocket. It
 * listens on 127.0.0.1 only and accepts only requests that name it exactly (Host, against DNS rebinding) and come from
 * its own page (Origin, Fetch Metadata, against other sites in the same browser).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { readFile } from "node:fs/promises";
import { WebSocketServer } from "ws";
import { isNonce, isProof, prove } from "../../shared/omemo/proof.ts";
import { addressHost } from "../data-folder/second-start.ts";
import type { Dispatch } from "../ipc/dispatch.ts";
import { MAX_CALL } from "../ipc/plain-data.ts";
import { log } from "../log/log.ts";
import { pageFile } from "../page/files.ts";
import { pageHeaders } from "../page/headers.ts";
import { createAdmission } from "./admission.ts";
import { createPages, type Pages } from "./pages.ts";
import { isOwnUser } from "./peer-user.ts";
import { cookieOf, isOurs, jsonBody } from "./request.ts";
import { createSessions } from "./session.ts";
import { PROTOCOL } from "./wire.ts";

export interface LoopbackServer {
  readonly port: number;
  readonly publish: Pages["publish"];
  /** A new address that signs in one page. */
  address(): string;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** 0: any free port. */
  port: number;
  /** Folder of the built window. */
  pageFolder: string;
  /** The built bridge, see `bridge.ts`. */
  bridgeFile: string;
  dispatch: Dispatch;
  /** Time limit of a request, ms; set by tests. */
  patience?: number;
  /** Other processes of the same user read it from the lock file and use it to request an address. */
  launchSecret: string;
}

/**
 * More than all pages of a user need. Each connection costs a file descriptor, which the store and the streams need
 * too.
 */
const MAX_CONNECTIONS = 256;
/** Time limit for the head of a request, and for all of it, ms. */
const PATIENCE = 5000;

/** @throws if the port is in use or the window was not built */
export async function startServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const bridge = await readFile(options.bridgeFile);
  const sessions = createSessions();
  const pages = createPages(options.dispatch);
  const patience = options.patience ?? PATIENCE;
  const http = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: patience,
    requestTimeout: patience,
    // Node checks only every 30 s by default.
    connectionsCheckingInterval: patience / 5,
  });
  http.maxConnections = MAX_CONNECTIONS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 2 * MAX_CALL,
    perMessageDeflate: false,
    handleProtocols: () => PROTOCOL,
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen({ host: "127.0.0.1", port: options.port, exclusive: true }, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const self = addressHost(port);
  const admission = createAdmission(self, (socket) => pages.accept(socket));
  const cookieName = `jackdaw-${port}`;
  const headers = { ...pageHeaders([`ws://${self}`]), "Cache-Control": "no-store" };
  const address = (): string => `http://${self}/#token=${sessions.issueToken()}`;

  function answer(response: ServerResponse, status: number, type: string, body: string | Buffer, more = {}): void {
    response.writeHead(status, {
      ...headers,
      "Content-Type": type,
      "Content-Length": Buffer.byteLength(body),
      ...more,
    });
    response.end(response.req.method === "HEAD" ? undefined : body);
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, why: string): void =>
      answer(response, status, "text/plain; charset=utf-8", why + "\n");
    if (!isOurs(request, self)) return refuse(403, "forbidden");
    const { method } = request;
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    if (path === "/session" && method === "GET") {
      // Lets a page distinguish a rejected upgrade from a missing server.
      return sessions.keyOf(cookieOf(request, cookieName)) === null
        ? refuse(403, "forbidden")
        : answer(response, 200, "application/json", "{}");
    }
    if (path === "/session" && method === "POST") {
      const body =
        request.headers.origin === `http://${self}` && (await isOwnUser(request.socket))
          ? await jsonBody(request)
          : null;
      const session = sessions.redeem(body?.["token"]);
      if (session === null) return refuse(403, "forbidden");
      const cookie = `${cookieName}=${session.cookie}; Path=/; HttpOnly; SameSite=Strict`;
      return answer(response, 200, "application/json", JSON.stringify({ key: session.key }), { "Set-Cookie": cookie });
    }
    if (path === "/address" && method === "POST") {
      // Pages cannot use this: it requires a request without Origin and the secret from the lock file.
      const body =
        request.headers.origin === undefined && (await isOwnUser(request.socket)) ? await jsonBody(request) : null;
      const nonce = body?.["nonce"];
      if (!isNonce(nonce) || !(await isProof(body?.["proof"], options.launchSecret, "second-start", [self, nonce])))
        return refuse(403, "forbidden");
      const given = address();
      const proof = await prove(options.launchSecret, "running", [self, nonce, given]);
      return answer(response, 200, "application/json", JSON.stringify({ address: given, proof }));
    }
    if (method !== "GET" && method !== "HEAD") return refuse(405, "method not allowed");
    if (path === "/bridge.js") return answer(response, 200, "text/javascript; charset=utf-8", bridge);
    const file = await pageFile(options.pageFolder, path);
    if (file === null) return refuse(404, "not found");
    const isPage = file.type.startsWith("text/html");
    answer(response, 200, file.type, isPage ? withBridge(file.bytes.toString("utf8")) : file.bytes);
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refuse = (status: string): void =>
      void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    const isPage =
      isOurs(request, self) &&
      request.url === "/ipc" &&
      request.headers.origin === `http://${self}` &&
      (await isOwnUser(request.socket));
    const key = isPage ? sessions.keyOf(cookieOf(request, cookieName)) : null;
    if (key === null) return refuse("403 Forbidden");
    if (!admission.hasRoom()) return refuse("503 Service Unavailable");
    sockets.handleUpgrade(request, socket, head, (accepted) => admission.admit(accepted, socket, head.length, key));
  }

  // Other users must not use up the connections. Requests check the user again, because one may arrive before this
  // check ends.
  http.on("connection", (socket) => {
    isOwnUser(socket).then(
      (isOwn) => void (isOwn || socket.destroy()),
      (error: unknown) => {
        log.warn("browser", "whose connection it is could not be checked", error);
        socket.destroy();
      },
    );
  });
  http.on("request", (request, response) => {
    respond(request, response).catch((error: unknown) => {
      log.error("browser", "a request could not be answered", error);
      if (!response.headersSent) answer(response, 500, "text/plain", "something went wrong\n");
    });
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head).catch((error: unknown) => {
      log.warn("browser", "a WebSocket could not be opened", error);
      socket.destroy();
    });
  });

  return {
    port,
    publish: pages.publish,
    address,
    close() {
      pages.closeAll();
      return new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

/** The bridge must run before the first script of the app. */
const withBridge = (html: string): string =>
  html.replace(/<head\b[^>]*>/i, (head) => `${head}<script src="/bridge.js"></script>`);
