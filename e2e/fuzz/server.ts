/**
 * A server in this process, over real TLS: signs in one client (RFC 6120, PLAIN), counts stanzas (XEP-0198), resumes
 * when told to, and leaves all other stanzas to the fuzzer. The stream itself is always honest: a server that breaks it
 * may cost the stream.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { AddressInfo } from "node:net";
import type { Element } from "@xmpp/xml";
import { selfSigned } from "../../electron/xmpp/stream/connection/testing/certificates.ts";
import { StreamParser } from "../../electron/xmpp/stream/connection/parser.ts";
import { DOMAIN, FULL_JID } from "./names.ts";

const NS_SM = "urn:xmpp:sm:3";
const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='${DOMAIN}' version='1.0'>`;
const BEFORE =
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms><register xmlns='http://jabber.org/features/iq-register'/><register xmlns='urn:xmpp:ibr-token:0'/>";
const AFTER = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='${NS_SM}'/><csi xmlns='urn:xmpp:csi:0'/>`;

/** Callbacks for what the client sends. */
export interface ServerPorts {
  /** @param reply writes to this client, signed in or not */
  stanza(stanza: Element, reply: (text: string) => void): void;
  /** The client's session ended for any reason. */
  gone(): void;
}

/** The XEP-0198 state of one session; outlives its connection when it is resumed. */
interface Session {
  id: string;
  /** Number of stanzas sent to the client. */
  sent: number;
  /** Stanzas that the client has not acknowledged, oldest first. */
  unacknowledged: string[];
  /** Number of stanzas received from the client. */
  received: number;
}

export class FuzzServer {
  readonly fingerprint: string;
  /** Whether an interrupted session may be resumed. */
  resumable = true;
  #ports: ServerPorts = { stanza: () => undefined, gone: () => undefined };
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  #session: Session | null = null;
  #client: TLSSocket | null = null;
  #acknowledged: (() => void)[] = [];

  private constructor(server: Server, fingerprint: string) {
    this.#server = server;
    this.fingerprint = fingerprint;
    server.on("secureConnection", (socket) => this.#visit(socket));
  }

  /** @param folder for its certificate */
  static async start(folder: string): Promise<FuzzServer> {
    const { key, cert, fingerprint } = selfSigned(folder, [DOMAIN]);
    const server = createServer({ key, cert, ALPNProtocols: ["xmpp-client"] });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FuzzServer(server, fingerprint);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get isConnected(): boolean {
    return this.#client !== null;
  }
  /** Number of stanzas sent in this session. */
  get sent(): number {
    return this.#session?.sent ?? 0;
  }
  /** How many of them the client has acknowledged. */
  get acknowledged(): number {
    return this.sent - (this.#session?.unacknowledged.length ?? 0);
  }

  serve(ports: ServerPorts): void {
    this.#ports = ports;
  }

  /** Sends a stanza to the session; while it is interrupted, the stanza is kept for resumption. */
  send(text: string): void {
    if (this.#session === null) return;
    this.#session.sent++;
    this.#session.unacknowledged.push(text);
    this.#client?.write(text);
  }

  /** Requests an acknowledgement (XEP-0198 §4). Resolves with the answer, or when the client is gone. */
  ask(): Promise<void> {
    if (this.#client === null) return Promise.resolve();
    const answered = new Promise<void>((resolve) => this.#acknowledged.push(resolve));
    this.#client.write(`<r xmlns='${NS_SM}'/>`);
    return answered;
  }

  /** Breaks the connection. */
  cut(): void {
    this.#client?.destroy();
  }

  /** Discards the current session, so that it cannot be resumed. */
  forget(): void {
    this.#session = null;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #visit(socket: TLSSocket): void {
    this.#sockets.add(socket);
    let signedIn = false;
    const newParser = (): StreamParser => {
      const made = new StreamParser();
      made.on("start", () => socket.write(`${HEADER}<stream:features>${signedIn ? AFTER : BEFORE}</stream:features>`));
      made.on("element", (element: Element) => {
        if (element.is("auth")) {
          signedIn = true;
          // The client starts a new stream, which is a new XML document.
          parser = newParser();
          socket.write("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        } else this.#hear(element, socket, signedIn);
      });
      made.on("end", () => socket.end("</stream:stream>"));
      return made;
    };
    let parser = newParser();
    socket.on("data", (data: Buffer) => parser.write(data));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (this.#client !== socket) return;
      this.#client = null;
      for (const settle of this.#acknowledged.splice(0)) settle();
      this.#ports.gone();
    });
  }

  #hear(element: Element, socket: TLSSocket, signedIn: boolean): void {
    const session = this.#client === socket ? this.#session : null;
    if (element.attrs["xmlns"] === NS_SM) this.#manage(element, socket);
    else if (element.is("iq") && signedIn && element.getChild("bind") !== undefined) {
      const jid = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${FULL_JID}</jid></bind>`;
      socket.write(`<iq type='result' id='${String(element.attrs["id"])}'>${jid}</iq>`);
    } else if (element.is("iq") || element.is("message") || element.is("presence")) {
      if (session !== null) session.received++;
      this.#ports.stanza(element, session === null ? (text) => void socket.write(text) : (text) => this.send(text));
    }
  }

  #manage(element: Element, socket: TLSSocket): void {
    const session = this.#session;
    if (element.name === "enable") {
      this.#session = { id: randomUUID(), sent: 0, unacknowledged: [], received: 0 };
      this.#client = socket;
      socket.write(`<enabled xmlns='${NS_SM}' id='${this.#session.id}' resume='true' max='300'/>`);
    } else if (element.name === "resume") {
      if (!this.resumable || session === null || session.id !== element.attrs["previd"]) {
        socket.write(`<failed xmlns='${NS_SM}'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`);
        return;
      }
      this.#client = socket;
      this.#handled(session, Number(element.attrs["h"]));
      socket.write(
        `<resumed xmlns='${NS_SM}' previd='${session.id}' h='${session.received}'/>${session.unacknowledged.join("")}`,
      );
    } else if (element.name === "r" && session !== null) socket.write(`<a xmlns='${NS_SM}' h='${session.received}'/>`);
    else if (element.name === "a" && session !== null) {
      this.#handled(session, Number(element.attrs["h"]));
      for (const settle of this.#acknowledged.splice(0)) settle();
    }
  }

  #handled(session: Session, h: number): void {
    const before = session.sent - session.unacknowledged.length;
    session.unacknowledged.splice(0, Math.max(0, h - before));
  }
}
