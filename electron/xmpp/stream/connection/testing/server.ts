/** A server scripted byte by byte, for input that a real server would never send. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, TLSSocket, type SecureVersion } from "node:tls";
import type { TestCertificate } from "./certificates.ts";

export interface Visitor {
  /** Waits for matching input and consumes it up to the end of the match. @throws if the client disconnects */
  expect(what: RegExp): Promise<RegExpExecArray>;
  send(data: string | Uint8Array): void;
  /** Starts TLS as the server. */
  secure(certificate: TestCertificate, version?: SecureVersion): Promise<TLSSocket>;
  /** Answers the client's stream header with features. */
  stream(features: string): Promise<void>;
  end(): void;
  /** Resolves when the client has disconnected. */
  readonly gone: Promise<void>;
}

export interface TestServer {
  port: number;
  /** Number of connections so far. */
  readonly visits: number;
  /** Errors thrown by scripts, except after a disconnect of the client. */
  readonly faults: unknown[];
  stop(): Promise<void>;
}

export const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
export const PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
export const PLAIN = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>";
export const BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";

class Gone extends Error {}

/** @param script what to do with each client, one after the other; the last one is reused */
export function startServer(...scripts: ((visitor: Visitor) => Promise<unknown>)[]): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const faults: unknown[] = [];
  let visits = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const script = scripts[Math.min(visits++, scripts.length - 1)]!;
    script(visit(socket)).catch((error: unknown) => {
      if (!(error instanceof Gone)) faults.push(error);
      socket.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        get visits() {
          return visits;
        },
        faults,
        stop() {
          for (const socket of sockets) socket.destroy();
          return new Promise((done) => server.close(() => done()));
        },
      }),
    );
  });
}

function visit(raw: Socket): Visitor {
  let socket: Socket = raw;
  let read = "";
  let left = false;
  let look: () => void = () => undefined;
  const listen = (): void => {
    socket.on("data", (data: Buffer) => {
      read += data.toString("utf8");
      look();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      left = true;
      look();
    });
  };
  listen();
  const visitor: Visitor = {
    gone: new Promise((resolve) => raw.once("close", () => resolve())),
    expect: (what) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = what.exec(read);
          if (found !== null) {
            read = read.slice(found.index + found[0].length);
            look = () => undefined;
            resolve(found);
          } else if (left) reject(new Gone(`gone before ${what.source}; it had said ${read}`));
        };
        look();
      }),
    send: (data) => void socket.write(data),
    secure(certificate, version) {
      raw.removeAllListeners("data");
      return new Promise((resolve, reject) => {
        const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
        const secureContext = createSecureContext({ key: certificate.key, cert: certificate.cert, ...versions });
        const tls = new TLSSocket(raw, {
          isServer: true,
          secureContext,
          ALPNProtocols: ["xmpp-client"],
          requestCert: false,
        });
        raw.once("close", () => reject(new Gone("gone during the handshake")));
        tls.once("secure", () => {
          socket = tls;
          listen();
          resolve(tls);
        });
        tls.once("error", () => reject(new Gone("the handshake failed")));
      });
    },
    async stream(features) {
      await visitor.expect(/<stream:stream[^>]*>/);
      visitor.send(`${HEADER}<stream:features>${features}</stream:features>`);
    },
    end: () => void socket.end(),
  };
  return visitor;
}

export const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='example.org' version='1.0'>";

/** Performs STARTTLS. */
export async function startTls(
  visitor: Visitor,
  certificate: TestCertificate,
  version?: SecureVersion,
): Promise<TLSSocket> {
  await visitor.stream(STARTTLS);
  await visitor.expect(/<starttls[^>]*\/>/);
  visitor.send(PROCEED);
  return visitor.secure(certificate, version);
}

/**
 * Performs STARTTLS, PLAIN and resource binding, which brings the client online. @param more features besides binding
 */
export async function signIn(visitor: Visitor, certificate: TestCertificate, more = ""): Promise<void> {
  await startTls(visitor, certificate);
  await visitor.stream(PLAIN);
  await visitor.expect(/<auth [^>]*mechanism="PLAIN"[^>]*>[^<]+<\/auth>/);
  visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  await visitor.stream(BIND + more);
  const [, id] = await visitor.expect(/<iq [^>]*id="([^"]+)"[^>]*><bind[\s\S]*?<\/iq>/);
  visitor.send(
    `<iq type='result' id='${id!}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/here</jid></bind></iq>`,
  );
}
