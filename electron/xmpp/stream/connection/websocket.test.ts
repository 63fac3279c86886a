/** XMPP over WebSocket, for networks that block TCP. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../../../e2e/peers/servers/ports.ts";
import { selfSigned, type TestCertificate } from "./testing/certificates.ts";
import { BIND, PLAIN } from "./testing/server.ts";
import { online, problem, testTrust } from "./testing/session.ts";
import type { SessionOptions } from "./session.ts";

const { trust } = testTrust();

describe("WebSocket where TCP is blocked (XEP-0156, RFC 7395)", () => {
  const framing = "urn:ietf:params:xml:ns:xmpp-framing";
  const features = (inside: string): string =>
    `<stream:features xmlns:stream='http://etherx.jabber.org/streams'>${inside}</stream:features>`;
  const stops: (() => void)[] = [];
  afterEach(() => void stops.splice(0).forEach((stop) => stop()));

  async function web(certificate: TestCertificate, answer: (frame: string, at: number) => string[]): Promise<number> {
    const https = createServer({ key: certificate.key, cert: certificate.cert });
    const sockets = new WebSocketServer({ server: https, handleProtocols: () => "xmpp" });
    sockets.on("connection", (socket) => {
      let at = 0;
      socket.on("message", (data) => answer((data as Buffer).toString(), at++).forEach((frame) => socket.send(frame)));
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
    stops.push(() => {
      for (const socket of sockets.clients) socket.terminate();
      https.close();
    });
    return (https.address() as AddressInfo).port;
  }
  const blocked = async (port: number, host = "127.0.0.1"): Promise<Partial<SessionOptions>> => {
    const [closed] = await freePorts(1);
    return {
      advanced: {},
      ports: {
        random: () => 0,
        srv: async (name) =>
          name.startsWith("_xmpp-") ? [{ name: "127.0.0.1", port: closed!, priority: 0, weight: 0 }] : [],
        fetchText: async () =>
          JSON.stringify({
            links: [{ rel: "urn:xmpp:alt-connections:websocket", href: `wss://${host}:${port}/ws` }],
          }),
      },
    };
  };
  const open = `<open xmlns='${framing}' version='1.0' from='example.org' id='1'/>`;
  const polite = (frame: string, at: number): string[] => {
    if (frame.startsWith("<open")) return [open, features(at === 0 ? PLAIN : BIND)];
    if (frame.startsWith("<auth")) return ["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"];
    if (frame.startsWith("<iq"))
      return [
        "<iq xmlns='jabber:client' type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/web</jid></bind></iq>",
      ];
    return [];
  };

  it("signs in, and verifies the certificate for the host named over HTTPS", async () => {
    const port = await web(trust.authority.issue(["127.0.0.1"]), polite);
    const { outcome, tls } = await online(0, await blocked(port));
    expect(outcome.jid).toBe("alice@example.org/web");
    expect(tls).toMatch(/^TLSv1\.[23]$/);
  });

  it("sends nothing to a web server with a bad certificate, and raises no false alarm about a pinned one", async () => {
    const heard: string[] = [];
    const listen = (frame: string): string[] => (heard.push(frame), []);
    const bad = await web(selfSigned(trust.folder, ["127.0.0.1"]), listen);
    expect((await problem(0, await blocked(bad))).code).toBe("refused");
    const another = await web(trust.authority.issue(["127.0.0.1"]), listen);
    expect((await problem(0, { ...(await blocked(another)), pinned: trust.self.fingerprint })).code).toBe("refused");
    expect(heard).toEqual([]);
  });

  it("does not accept the name of an XMPP service for a web server", async () => {
    const heard: string[] = [];
    const listen = (frame: string): string[] => (heard.push(frame), []);
    const names = "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.localhost";
    const port = await web(trust.authority.issueCommonName("x", names), listen);
    expect((await problem(0, await blocked(port, "localhost"))).code).toBe("refused");
    expect(heard).toEqual([]);
  });

  it("reports a wrong password", async () => {
    const port = await web(trust.authority.issue(["127.0.0.1"]), (frame, at) =>
      frame.startsWith("<auth")
        ? ["<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"]
        : polite(frame, at),
    );
    expect((await problem(0, await blocked(port))).code).toBe("wrong-password");
  });
});
