/**
 * The other side of a conversation in tests and in the demo: an independent client on stock `@xmpp/client`
 * (its own connection, SASL and stream management; nothing of ours). It checks the server's certificate too.
 */
import { client, xml } from "@xmpp/client";
import TlsTransport from "@xmpp/tls/lib/Connection.js";
import TlsSocket from "@xmpp/tls/lib/Socket.js";
import type { Element } from "@xmpp/xml";

export interface PeerOptions {
  /** Where: direct TLS on 127.0.0.1, trusted by exactly this certificate. */
  server: { directTlsPort: number; certificate: string; domain: string };
  /** Bare JID. */
  jid: string;
  password: string;
  resource?: string;
  /** Presence is sent at once unless false. */
  available?: boolean;
}

export interface Peer {
  /** Full JID. */
  readonly jid: string;
  /** Every stanza that came in so far, in order. */
  readonly stanzas: readonly Element[];
  send(stanza: Element): Promise<void>;
  /** Sends a chat message. @returns its id */
  say(to: string, body: string): Promise<string>;
  /** First stanza, also an earlier one, that fits. @throws after 10 seconds, listing what came instead */
  stanza(fits: (stanza: Element) => boolean): Promise<Element>;
  message(fits: (stanza: Element) => boolean): Promise<Element>;
  presence(fits: (stanza: Element) => boolean): Promise<Element>;
  /** Sends an IQ and waits for the answer. @throws on an error answer */
  request(iq: Element): Promise<Element>;
  /** Calls back for every stanza from now on. */
  on(listener: (stanza: Element) => void): void;
  /** Roster items by bare JID. */
  roster(): Promise<Map<string, { name: string; subscription: string; groups: string[] }>>;
  stop(): Promise<void>;
}

/** Signs in. @throws when that fails */
export async function connectPeer(options: PeerOptions): Promise<Peer> {
  const { server } = options;
  const [username = "", domain = server.domain] = options.jid.split("@");

  /** The library has no option for a certificate authority or a server name, so its own socket is given them. */
  class TrustingSocket extends TlsSocket {
    override connect(parameters: object): void {
      super.connect({ ...parameters, servername: domain, ca: server.certificate });
    }
  }
  class TrustingTransport extends TlsTransport {}
  TrustingTransport.prototype.Socket = TrustingSocket;

  const entity = client({
    service: `xmpps://127.0.0.1:${server.directTlsPort}`,
    domain,
    username,
    password: options.password,
    ...(options.resource === undefined ? {} : { resource: options.resource }),
  });
  const { transports } = entity as unknown as { transports: unknown[] };
  transports.splice(0, transports.length, TrustingTransport);
  entity.timeout = 10_000;

  const stanzas: Element[] = [];
  const listeners = new Set<(stanza: Element) => void>();
  entity.on("stanza", (stanza: Element) => {
    stanzas.push(stanza);
    for (const listener of listeners) listener(stanza);
  });
  // A broken connection is mended by the library's reconnect; what matters to a test shows in what it waits for.
  entity.on("error", () => undefined);
  const jid = String(await entity.start());

  function waitFor(fits: (stanza: Element) => boolean): Promise<Element> {
    const earlier = stanzas.find(fits);
    if (earlier !== undefined) return Promise.resolve(earlier);
    return new Promise((resolve, reject) => {
      const listener = (stanza: Element): void => {
        if (!fits(stanza)) return;
        clearTimeout(timer);
        listeners.delete(listener);
        resolve(stanza);
      };
      const timer = setTimeout(() => {
        listeners.delete(listener);
        reject(new Error(`no such stanza came to ${jid}; these did:\n${stanzas.map(String).join("\n")}`));
      }, 10_000);
      listeners.add(listener);
    });
  }

  const peer: Peer = {
    jid,
    stanzas,
    send: (stanza) => entity.send(stanza),
    async say(to, body) {
      const id = crypto.randomUUID();
      await entity.send(xml("message", { to, type: "chat", id }, xml("body", {}, body)));
      return id;
    },
    stanza: waitFor,
    message: (fits) => waitFor((stanza) => stanza.name === "message" && fits(stanza)),
    presence: (fits) => waitFor((stanza) => stanza.name === "presence" && fits(stanza)),
    request: (iq) => entity.iqCaller.request(iq),
    on: (listener) => void listeners.add(listener),
    async roster() {
      const answer = await entity.iqCaller.request(xml("iq", { type: "get" }, xml("query", "jabber:iq:roster")));
      const items = answer.getChild("query", "jabber:iq:roster")?.getChildren("item") ?? [];
      return new Map(
        items.map((item) => [
          String(item.attrs["jid"]),
          {
            name: String(item.attrs["name"] ?? ""),
            subscription: String(item.attrs["subscription"] ?? "none"),
            groups: item.getChildren("group").map((group) => group.getText()),
          },
        ]),
      );
    },
    async stop() {
      entity.reconnect.stop();
      await entity.stop();
    },
  };
  if (options.available !== false) await entity.send(xml("presence"));
  return peer;
}
