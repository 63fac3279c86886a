/** One attempt to get online, against a server that says just what the test wants. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { createHash, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { WebSocketServer } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Problem } from "../../../shared/model/problem.ts";
import { freePorts } from "../../../e2e/peers/ports.ts";
import type { MemoryKey } from "../ports.ts";
import { makeAuthority, selfSigned, type Authority, type TestCertificate } from "./fixture-certificates.ts";
import { BIND, HEADER, PLAIN, PROCEED, signIn, startServer, startTls, STARTTLS, type TestServer, type Visitor } from "./fixture-server.ts";
import { openSession, type LiveSession, type SessionOptions } from "./session.ts";

const NS_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";
const streamError = (condition: string, inside = ""): string =>
  `<stream:error><${condition} xmlns='${NS_ERRORS}'>${inside}</${condition}></stream:error></stream:stream>`;

let folder: string;
let authority: Authority;
let good: TestCertificate;
let self: TestCertificate;
let before: string[];
const servers: TestServer[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-session-"));
  authority = makeAuthority(folder);
  before = getCACertificates("default");
  setDefaultCACertificates([authority.cert]);
  good = authority.issue(["example.org"]);
  self = selfSigned(folder, ["example.org"]);
}, 30_000);
afterAll(() => {
  setDefaultCACertificates(before);
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.stop();
    expect(server.faults).toEqual([]);
  }
});

async function serve(...scripts: ((visitor: Visitor) => Promise<unknown>)[]): Promise<TestServer> {
  const server = await startServer(...scripts);
  servers.push(server);
  return server;
}

function options(port: number, more: Partial<SessionOptions> = {}): SessionOptions {
  const kept = new Map<MemoryKey, string | null>();
  return {
    account: "alice@example.org" as BareJid,
    password: "secret",
    resource: null,
    resumption: null,
    software: { name: "Jackdaw", version: "0" },
    memory: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    advanced: { host: "127.0.0.1", port },
    pinned: null,
    location: null,
    ...more,
  };
}

/** Signs in and hangs up. */
async function online(port: number, more: Partial<SessionOptions> = {}): Promise<LiveSession> {
  const session = await openSession(options(port, more));
  session.stream.destroy(new Error("the test is over"));
  return session;
}

async function problem(port: number, more: Partial<SessionOptions> = {}): Promise<Problem> {
  const failed = await openSession(options(port, more)).then(
    ({ stream }) => {
      stream.destroy(new Error("unexpected"));
      throw new Error("signed in, though it must not");
    },
    (error: Error & { problem?: Problem }) => error,
  );
  if (failed.problem === undefined) throw failed;
  return failed.problem;
}

const direct = (port: number) => ({ advanced: { host: "127.0.0.1", port, security: "direct" as const } });

describe("signing in", () => {
  it("goes from STARTTLS to a bound resource", async () => {
    const server = await serve((visitor) => signIn(visitor, good));
    const { outcome, tls } = await online(server.port);
    expect(outcome).toMatchObject({ jid: "alice@example.org/here", mechanism: "PLAIN", sm: null });
    expect(tls).toBe("TLSv1.3");
  });

  it("direct TLS sends the account's domain as servername and xmpp-client as ALPN, whatever host it goes to", async () => {
    let seen: { servername: unknown; alpn: unknown } | null = null;
    const server = await serve(async (visitor) => {
      const tls = await visitor.secure(good);
      seen = { servername: (tls as unknown as { servername: unknown }).servername, alpn: tls.alpnProtocol };
      visitor.expect(/<stream:stream[^>]* to="example.org"/).then(() => visitor.send(HEADER + streamError("reset")), () => undefined);
    });
    expect((await problem(server.port, direct(server.port))).code).toBe("connection-lost");
    expect(seen).toEqual({ servername: "example.org", alpn: "xmpp-client" });
  });

  it("STARTTLS sends the account's domain as servername, in ASCII", async () => {
    let seen: unknown = null;
    const certificate = authority.issue(["xn--bcher-kva.example"]);
    const server = await serve(async (visitor) => {
      seen = ((await startTls(visitor, certificate)) as unknown as { servername: unknown }).servername;
      await visitor.stream("");
    });
    expect((await problem(server.port, { account: "alice@bücher.example" as BareJid })).code).toBe("no-mechanism");
    expect(seen).toBe("xn--bcher-kva.example");
  });

  it("names the account only inside TLS", async () => {
    const headers: string[] = [];
    const server = await serve(async (visitor) => {
      headers.push((await visitor.expect(/<stream:stream[^>]*>/))[0]);
      visitor.send(`${HEADER}<stream:features>${STARTTLS}</stream:features>`);
      await visitor.expect(/<starttls/);
      visitor.send(PROCEED);
      await visitor.secure(good);
      headers.push((await visitor.expect(/<stream:stream[^>]*>/))[0]);
      visitor.send(HEADER + streamError("reset"));
    });
    await problem(server.port);
    expect(headers[0]).not.toContain("alice");
    expect(headers[1]).toContain('from="alice@example.org"');
  });

  it("gives up at once when it is told to", async () => {
    const stop = new AbortController();
    const server = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      stop.abort();
      await visitor.gone;
    });
    expect((await problem(server.port, { signal: stop.signal })).code).toBe("connection-lost");
    expect((await problem(server.port, { signal: AbortSignal.abort() })).code).toBe("connection-lost");
  });
});

describe("TLS is mandatory", () => {
  it("TLS is required: no TLS offered is a problem, and no password leaves", async () => {
    let after = "";
    const server = await serve(async (visitor) => {
      await visitor.stream(PLAIN + BIND);
      await visitor.expect(/(?<all>[\s\S]+)$/).then((found) => (after = found[0]));
    });
    expect((await problem(server.port)).code).toBe("not-encrypted");
    await servers[0]!.stop();
    expect(after).not.toContain("<auth");
  });

  it("refused STARTTLS is a problem", async () => {
    const server = await serve(async (visitor) => {
      await visitor.stream(STARTTLS);
      await visitor.expect(/<starttls/);
      visitor.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>");
    });
    expect((await problem(server.port)).code).toBe("not-encrypted");
  });

  it.each([
    ["a whole stanza", "<message from='example.org'><body>trust me</body></message>"],
    ["half a stanza", "<message from='example.org'><body>"],
    ["features that say what we want to hear", `<stream:features>${PLAIN}</stream:features>`],
    ["whitespace", " "],
  ])("STARTTLS injection: %s behind <proceed/> ends the attempt", async (_, injected) => {
    const server = await serve(async (visitor) => {
      await visitor.stream(STARTTLS);
      await visitor.expect(/<starttls/);
      visitor.send(PROCEED + injected);
      await visitor.secure(good);
    });
    expect((await problem(server.port)).code).toBe("tls-injection");
  });

  it("STARTTLS injection: what comes with the features is not read as the answer inside TLS", async () => {
    const server = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream[^>]*>/);
      visitor.send(`${HEADER}<stream:features>${STARTTLS}</stream:features>${PROCEED}<stream:features>${PLAIN}</stream:features>`);
      await visitor.expect(/<starttls/);
      await visitor.secure(good);
    });
    expect((await problem(server.port)).code).toBe("tls-injection");
  });

  it("does not speak TLS 1.1", async () => {
    const server = await serve((visitor) => startTls(visitor, good, "TLSv1.1"));
    expect((await problem(server.port)).code).toBe("tls-failed");
  });

  it("a server that answers TLS with something else is a failed handshake", async () => {
    const server = await serve(async (visitor) => visitor.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await problem(server.port, direct(server.port))).code).toBe("tls-failed");
  });
});

describe("certificates", () => {
  /** Both ways to TLS must come to the same verdict. */
  async function verdict(certificate: TestCertificate, more: Partial<SessionOptions> = {}): Promise<Problem> {
    const starttls = await serve((visitor) => startTls(visitor, certificate));
    const first = await problem(starttls.port, more);
    const tls = await serve((visitor) => visitor.secure(certificate));
    const second = await problem(tls.port, { ...more, ...direct(tls.port) });
    expect(second).toEqual(first);
    return first;
  }

  it("untrusted: self-signed, told with all that the user needs to decide", async () => {
    const { certificate, ...rest } = await verdict(self);
    expect(rest).toMatchObject({ code: "certificate-untrusted", host: "127.0.0.1" });
    const shown = new X509Certificate(self.cert);
    expect(certificate).toEqual({
      subject: "CN=example.org",
      issuer: "CN=example.org",
      names: ["DNS:example.org"],
      validFrom: Date.parse(shown.validFrom),
      validTo: Date.parse(shown.validTo),
      fingerprint: self.fingerprint,
    });
  });

  it("untrusted: from an authority that nobody knows", async () => {
    const elsewhere = mkdtempSync(join(folder, "other-"));
    expect((await verdict(makeAuthority(elsewhere).issue(["example.org"]))).code).toBe("certificate-untrusted");
  });

  it("untrusted: the worst is said first, also when it is expired and for another name too", async () => {
    const elsewhere = mkdtempSync(join(folder, "other-"));
    expect((await verdict(makeAuthority(elsewhere).issue(["other.org"], -10, -1))).code).toBe("certificate-untrusted");
  });

  it("expired", async () => {
    const { code, certificate } = await verdict(authority.issue(["example.org"], -10, -1));
    expect(code).toBe("certificate-expired");
    expect(certificate!.validTo).toBeLessThan(Date.now());
  });

  it("not yet valid", async () => {
    expect((await verdict(authority.issue(["example.org"], 1, 10))).code).toBe("certificate-not-yet-valid");
  });

  it("wrong name, also when it is the name of the host that we went to", async () => {
    const { code, certificate } = await verdict(authority.issue(["127.0.0.1", "xmpp.example.org", "*.example.org"]));
    expect(code).toBe("certificate-wrong-name");
    expect(certificate!.names).toContain("DNS:*.example.org");
  });

  it("an account at an address is checked against the address", async () => {
    const account = { account: "alice@127.0.0.1" as BareJid };
    expect((await verdict(good, account)).code).toBe("certificate-wrong-name");
    const server = await serve(async (visitor) => {
      await startTls(visitor, authority.issue(["127.0.0.1"]));
      await visitor.stream("");
    });
    expect((await problem(server.port, account)).code).toBe("no-mechanism");
  });

  it("a pinned one is believed, whatever is wrong with it, and only exactly that one", async () => {
    for (const certificate of [self, authority.issue(["other.org"], -10, -1)]) {
      const server = await serve((visitor) => signIn(visitor, certificate));
      expect((await online(server.port, { pinned: certificate.fingerprint })).outcome.jid).toBe("alice@example.org/here");
    }
  });

  it("changed: another than the pinned one is refused, even when an authority vouches for it", async () => {
    for (const certificate of [good, selfSigned(folder, ["example.org"], "self-again")]) {
      expect(await verdict(certificate, { pinned: self.fingerprint })).toMatchObject({
        code: "certificate-changed",
        pinned: self.fingerprint,
        certificate: { fingerprint: certificate.fingerprint },
      });
    }
  });
});

describe("channel binding", () => {
  /** What the server's side of the same TLS connection knows. */
  async function both(certificate: TestCertificate, version: "TLSv1.2" | "TLSv1.3", pinned: string | null = null) {
    let exporter: Buffer | null = null;
    const server = await serve(async (visitor) => {
      const tls = await startTls(visitor, certificate, version);
      if (version === "TLSv1.3") exporter = tls.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
      await visitor.stream(PLAIN);
      await visitor.expect(/<auth/);
      visitor.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
      await visitor.stream(BIND);
      await visitor.expect(/<bind/);
      visitor.send("<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/x</jid></bind></iq>");
    });
    const session = await online(server.port, { pinned });
    return { ours: session.channelBinding, tls: session.tls, exporter };
  }
  const hashed = (certificate: TestCertificate, hash: string) => createHash(hash).update(new X509Certificate(certificate.cert).raw).digest();

  it("tls-exporter is the same on both sides (RFC 9266)", async () => {
    const { ours, exporter } = await both(good, "TLSv1.3");
    expect(exporter).not.toBeNull();
    expect(ours["tls-exporter"]).toEqual(exporter);
  });

  it("there is no tls-exporter before TLS 1.3", async () => {
    const { ours, tls } = await both(good, "TLSv1.2");
    expect(tls).toBe("TLSv1.2");
    expect(ours["tls-exporter"]).toBeNull();
  });

  it.each([["sha256", "sha256"], ["sha384", "sha384"], ["sha512", "sha512"], ["sha1", "sha256"]])(
    "tls-server-end-point of a certificate signed with %s is its %s (RFC 5929)",
    async (signature, hash) => {
      const leaf = authority.issue(["example.org"], -1, 30, signature);
      // With its chain, as real servers send it: the leaf is what counts.
      const certificate = { ...leaf, cert: leaf.cert + authority.cert };
      // OpenSSL itself does not believe SHA-1 any more.
      const { ours } = await both(certificate, "TLSv1.2", signature === "sha1" ? leaf.fingerprint : null);
      expect(ours["tls-server-end-point"]).toEqual(hashed(certificate, hash));
    },
  );
});

describe("stream errors while signing in", () => {
  it.each([
    ["host-unknown", "unknown-host"],
    ["conflict", "conflict"],
    ["policy-violation", "policy-violation"],
    ["system-shutdown", "system-shutdown"],
    ["resource-constraint", "resource-constraint"],
    ["not-authorized", "not-authorized-stream"],
    ["internal-server-error", "stream-error"],
  ])("%s is told as %s", async (condition, code) => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, good);
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError(condition));
      await visitor.gone;
    });
    expect((await problem(server.port)).code).toBe(code);
  });

  it("wrong password", async () => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, good);
      await visitor.stream(PLAIN);
      await visitor.expect(/<auth/);
      visitor.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>No.</text></failure>");
      await visitor.gone;
    });
    expect(await problem(server.port)).toMatchObject({ code: "wrong-password", text: "No." });
  });

  it("bad XML", async () => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, good);
      await visitor.expect(/<stream:stream/);
      visitor.send(`${HEADER}<!DOCTYPE x>`);
      await visitor.gone;
    });
    expect((await problem(server.port)).code).toBe("bad-xml");
  });

  it("see-other-host is followed, and the other host must show a certificate for the same domain", async () => {
    const target = await serve((visitor) => signIn(visitor, good));
    const sent = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("see-other-host", `127.0.0.1:${target.port}`));
      await visitor.gone;
    });
    expect((await online(sent.port)).outcome.jid).toBe("alice@example.org/here");
    const trap = await serve((visitor) => startTls(visitor, authority.issue(["127.0.0.1"])));
    const lured = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("see-other-host", `127.0.0.1:${trap.port}`));
      await visitor.gone;
    });
    expect((await problem(lured.port)).code).toBe("certificate-wrong-name");
  });

  it("see-other-host in circles ends after three hops", async () => {
    const circle: TestServer = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("see-other-host", `127.0.0.1:${circle.port}`));
      await visitor.gone;
    });
    expect((await problem(circle.port)).code).toBe("see-other-host-loop");
    expect(circle.visits).toBe(4);
  });
});

describe("sockets", () => {
  it("refused", async () => {
    const [port] = await freePorts(1);
    expect(await problem(port!)).toMatchObject({ code: "refused", host: "127.0.0.1" });
  });

  it("unknown host", async () => {
    expect(await problem(5222, { advanced: { host: "nowhere.invalid" } })).toMatchObject({ code: "unknown-host", host: "nowhere.invalid" });
  });

  it("timeout: a server that takes the call and says nothing", async () => {
    const server = await serve((visitor) => visitor.gone);
    expect((await problem(server.port, { timeouts: { connect: 150, step: 150 } })).code).toBe("timeout");
    const tls = await serve((visitor) => visitor.gone);
    expect((await problem(tls.port, { ...direct(tls.port), timeouts: { connect: 150, step: 150 } })).code).toBe("timeout");
  });

  it("a server that hangs up is noticed at once, not after the timeout", async () => {
    const server = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.end();
    });
    const started = performance.now();
    expect((await problem(server.port)).code).toBe("connection-lost");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("several targets", () => {
  const srv = (ports: number[]) => ({
    ports: {
      random: () => 0,
      fetchText: async () => null,
      srv: async (name: string) =>
        name.startsWith("_xmpp-client") ? ports.map((port, priority) => ({ name: "127.0.0.1", port, priority, weight: 0 })) : [],
    },
    advanced: {},
  });

  it("takes the next one when the first refuses, shuts down or hangs up", async () => {
    const [closed] = await freePorts(1);
    const leaving = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("system-shutdown"));
    });
    const silent = await serve(async (visitor) => visitor.end());
    const server = await serve((visitor) => signIn(visitor, good));
    const session = await online(0, srv([closed!, leaving.port, silent.port, server.port]));
    expect(session.outcome.jid).toBe("alice@example.org/here");
  });

  it("does not go on to a host that takes the bad certificate or the wrong password", async () => {
    const bad = await serve((visitor) => startTls(visitor, self));
    const never = await serve((visitor) => signIn(visitor, good));
    expect((await problem(0, srv([bad.port, never.port]))).code).toBe("certificate-untrusted");
    expect(never.visits).toBe(0);
  });

  it("tells of the first one when all fail", async () => {
    const [closed] = await freePorts(1);
    const leaving = await serve(async (visitor) => visitor.end());
    expect((await problem(0, srv([closed!, leaving.port]))).code).toBe("refused");
  });

  it("tries the place to resume first (XEP-0198 §5), and the usual ones when it is gone", async () => {
    const usual = await serve((visitor) => signIn(visitor, good));
    const preferred = await serve((visitor) => signIn(visitor, good));
    await online(0, { ...srv([usual.port]), location: `127.0.0.1:${preferred.port}` });
    expect([usual.visits, preferred.visits]).toEqual([0, 1]);
    const [closed] = await freePorts(1);
    await online(0, { ...srv([usual.port]), location: `127.0.0.1:${closed!}` });
    expect(usual.visits).toBe(1);
  });
});

describe("WebSocket where TCP is blocked (XEP-0156, RFC 7395)", () => {
  const framing = "urn:ietf:params:xml:ns:xmpp-framing";
  const features = (inside: string): string => `<stream:features xmlns:stream='http://etherx.jabber.org/streams'>${inside}</stream:features>`;
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
  const blocked = async (port: number): Promise<Partial<SessionOptions>> => {
    const [closed] = await freePorts(1);
    return {
      advanced: {},
      ports: {
        random: () => 0,
        srv: async (name) => (name.startsWith("_xmpp-") ? [{ name: "127.0.0.1", port: closed!, priority: 0, weight: 0 }] : []),
        fetchText: async () => JSON.stringify({ links: [{ rel: "urn:xmpp:alt-connections:websocket", href: `wss://127.0.0.1:${port}/ws` }] }),
      },
    };
  };
  const open = `<open xmlns='${framing}' version='1.0' from='example.org' id='1'/>`;
  const polite = (frame: string, at: number): string[] => {
    if (frame.startsWith("<open")) return [open, features(at === 0 ? PLAIN : BIND)];
    if (frame.startsWith("<auth")) return ["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"];
    if (frame.startsWith("<iq")) return ["<iq xmlns='jabber:client' type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/web</jid></bind></iq>"];
    return [];
  };

  it("signs in, with the certificate checked for the host that HTTPS named", async () => {
    const port = await web(authority.issue(["127.0.0.1"]), polite);
    const { outcome, tls } = await online(0, await blocked(port));
    expect(outcome.jid).toBe("alice@example.org/web");
    expect(tls).toMatch(/^TLSv1\.[23]$/);
  });

  it("says nothing to a web server with a bad certificate, and raises no false alarm about a pin", async () => {
    const heard: string[] = [];
    const listen = (frame: string): string[] => (heard.push(frame), []);
    const bad = await web(selfSigned(folder, ["127.0.0.1"]), listen);
    expect((await problem(0, await blocked(bad))).code).toBe("refused");
    const another = await web(authority.issue(["127.0.0.1"]), listen);
    expect((await problem(0, { ...(await blocked(another)), pinned: self.fingerprint })).code).toBe("refused");
    expect(heard).toEqual([]);
  });

  it("tells of a wrong password there", async () => {
    const port = await web(authority.issue(["127.0.0.1"]), (frame, at) =>
      frame.startsWith("<auth") ? ["<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"] : polite(frame, at),
    );
    expect((await problem(0, await blocked(port))).code).toBe("wrong-password");
  });
});
