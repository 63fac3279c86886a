/**
 * The other side of a chat in tests: a client on the stock `@xmpp/client`, so that our own stack does not judge itself.
 * It trusts the test server's certificate for its own sockets only.
 */
import { readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { client } from "@xmpp/client";
import xml, { type Element } from "@xmpp/xml";
import type { Prosody } from "./servers/prosody.ts";

/** Limit of one step, ms: a test server on a shared machine may stand still for long. */
const STEP_MS = 60_000;

export interface PeerOptions {
  /** `user@domain` */
  jid: string;
  password: string;
  resource: string;
  server: Pick<Prosody, "directTlsPort" | "certificatePath">;
  /** Called with every incoming stanza. */
  onStanza?: (stanza: Element) => void;
}

/** A transport of `@xmpp/client`, as far as it is used here. */
interface Transport {
  socketParameters(service: string): { port: number; host: string } | undefined;
}

export interface Peer {
  readonly jid: string;
  /** Every stanza received, oldest first. */
  readonly stanzas: readonly Element[];
  send(stanza: Element): Promise<void>;
  /** Sends an IQ and returns the result. */
  request(iq: Element): Promise<Element>;
  /** The first matching stanza, past or future. @throws after a minute */
  waitFor(fits: (stanza: Element) => boolean): Promise<Element>;
  waitForMessage(fits: (message: Element) => boolean): Promise<Element>;
  chat(to: string, body: string, id?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Signs in without sending presence; a test decides when. */
export async function connectPeer({ jid, password, resource, server, onStanza }: PeerOptions): Promise<Peer> {
  const [username, domain] = jid.split("@") as [string, string];
  const xmpp = client({ service: `xmpps://127.0.0.1:${server.directTlsPort}`, domain, username, password, resource });
  const ca = readFileSync(server.certificatePath);
  const over = xmpp as unknown as { transports: (new () => Transport)[] };
  // Selects the transport for direct TLS.
  const ConnectionTls = over.transports.find((one) => new one().socketParameters("xmpps://localhost") !== undefined)!;
  class TrustingTls extends ConnectionTls {
    override socketParameters(service: string) {
      const plain = super.socketParameters(service);
      return plain === undefined ? undefined : { ...plain, ca, servername: domain };
    }
  }
  over.transports = [TrustingTls];
  decodeTheStream(xmpp);
  leaveOutStreamManagement(xmpp);

  const stanzas: Element[] = [];
  const waiting = new Set<(stanza: Element) => void>();
  xmpp.timeout = STEP_MS;
  /** What went wrong on the connection, for the message of a failing test. */
  const troubles: string[] = [];
  xmpp.on("error", (error: unknown) => troubles.push(String(error)));
  xmpp.on("disconnect", () => troubles.push("disconnected"));
  xmpp.on("stanza", (stanza: Element) => {
    stanzas.push(stanza);
    for (const look of waiting) look(stanza);
    onStanza?.(stanza);
  });
  const full = String(await xmpp.start());

  const waitFor: Peer["waitFor"] = (fits) => {
    const known = stanzas.find(fits);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${full} never got the stanza (${troubles.join(", ")}); it got:\n${stanzas.join("\n")}`));
      }, STEP_MS);
      const look = (stanza: Element): void => {
        if (!fits(stanza)) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(stanza);
      };
      waiting.add(look);
    });
  };
  /** @throws without a connection: a test that waited would give up and send again, and then both would arrive */
  function online(): void {
    if (xmpp.status !== "online") throw new Error(`${full} is not connected: ${troubles.join(", ")}`);
  }
  async function send(stanza: Element): Promise<void> {
    online();
    await xmpp.send(stanza);
  }
  let stopped = false;

  return {
    jid: full,
    stanzas,
    send,
    async request(iq) {
      online();
      const { iqCaller } = xmpp as unknown as { iqCaller: { handlers: Map<string, { promise: Promise<unknown> }> } };
      const answer = xmpp.iqCaller.request(iq);
      // An error that comes before the write has settled has no listener yet: Node would call it unhandled.
      iqCaller.handlers.get(String(iq.attrs["id"]))?.promise.catch(() => undefined);
      return answer;
    },
    waitFor,
    waitForMessage: (fits) => waitFor((stanza) => stanza.is("message") && fits(stanza)),
    chat: (to, body, id = crypto.randomUUID()) => send(xml("message", { to, type: "chat", id }, xml("body", {}, body))),
    async stop() {
      if (stopped) return;
      stopped = true;
      await xmpp.stop();
    },
  };
}

/**
 * The stock client decodes each TCP chunk separately; this decodes the stream, so that a character split over two
 * chunks does not fail our tests.
 */
function decodeTheStream(xmpp: ReturnType<typeof client>): void {
  const entity = xmpp as unknown as { _onData(data: Buffer): void };
  const stock = entity._onData;
  let decoder = new StringDecoder("utf8");
  xmpp.on("disconnect", () => (decoder = new StringDecoder("utf8")));
  entity._onData = (data) => stock.call(xmpp, Buffer.from(decoder.write(data)));
}

/**
 * The stock client begins to count for stream management (XEP-0198) when it has handled `<enabled/>`, and that is too
 * late if stanzas come in the same packet: it acknowledges fewer than before, and the server ends the stream.
 */
function leaveOutStreamManagement(xmpp: ReturnType<typeof client>): void {
  const entity = xmpp as unknown as { _onElement(element: Element): void };
  const stock = entity._onElement;
  entity._onElement = (element) => {
    if (element.is("features"))
      element.children = element.children.filter((one) => typeof one === "string" || !one.is("sm"));
    stock.call(xmpp, element);
  };
}
