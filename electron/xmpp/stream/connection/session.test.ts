/** One connection attempt, against a scripted server. */
import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import { freePorts } from "../../../../e2e/peers/servers/ports.ts";
import { HEADER, PLAIN, PROCEED, signIn, startTls, STARTTLS, type TestServer } from "./testing/server.ts";
import { direct, online, problem, streamError, testTrust } from "./testing/session.ts";

const { trust, serve } = testTrust();

describe("signing in", () => {
  it("goes from STARTTLS to a bound resource", async () => {
    const server = await serve((visitor) => signIn(visitor, trust.good));
    const { outcome, tls } = await online(server.port);
    expect(outcome).toMatchObject({ jid: "alice@example.org/here", mechanism: "PLAIN", sm: null });
    expect(tls).toBe("TLSv1.3");
  });

  it("direct TLS sends the account's domain as servername and xmpp-client as ALPN, whatever the host", async () => {
    let seen: { servername: unknown; alpn: unknown } | null = null;
    const server = await serve(async (visitor) => {
      const tls = await visitor.secure(trust.good);
      seen = { servername: (tls as unknown as { servername: unknown }).servername, alpn: tls.alpnProtocol };
      visitor.expect(/<stream:stream[^>]* to="example.org"/).then(
        () => visitor.send(HEADER + streamError("reset")),
        () => undefined,
      );
    });
    expect((await problem(server.port, direct(server.port))).code).toBe("connection-lost");
    expect(seen).toEqual({ servername: "example.org", alpn: "xmpp-client" });
  });

  it("STARTTLS sends the account's domain as servername, in ASCII", async () => {
    let seen: unknown = null;
    const certificate = trust.authority.issue(["xn--bcher-kva.example"]);
    const server = await serve(async (visitor) => {
      seen = ((await startTls(visitor, certificate)) as unknown as { servername: unknown }).servername;
      await visitor.stream("");
    });
    expect((await problem(server.port, { account: "alice@bücher.example" as BareJid })).code).toBe("no-mechanism");
    expect(seen).toBe("xn--bcher-kva.example");
  });

  it("sends the account name only inside TLS", async () => {
    const headers: string[] = [];
    const server = await serve(async (visitor) => {
      headers.push((await visitor.expect(/<stream:stream[^>]*>/))[0]);
      visitor.send(`${HEADER}<stream:features>${STARTTLS}</stream:features>`);
      await visitor.expect(/<starttls/);
      visitor.send(PROCEED);
      await visitor.secure(trust.good);
      headers.push((await visitor.expect(/<stream:stream[^>]*>/))[0]);
      visitor.send(HEADER + streamError("reset"));
    });
    await problem(server.port);
    expect(headers[0]).not.toContain("alice");
    expect(headers[1]).toContain('from="alice@example.org"');
  });

  it("stops at once when it is aborted", async () => {
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

describe("stream errors while signing in", () => {
  it.each([
    ["host-unknown", "unknown-host"],
    ["conflict", "conflict"],
    ["policy-violation", "policy-violation"],
    ["system-shutdown", "system-shutdown"],
    ["resource-constraint", "resource-constraint"],
    ["not-authorized", "not-authorized-stream"],
    ["internal-server-error", "stream-error"],
  ])("the stream error %s is the problem %s", async (condition, code) => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, trust.good);
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError(condition));
      await visitor.gone;
    });
    expect((await problem(server.port)).code).toBe(code);
  });

  it("a rejected password is the problem wrong-password", async () => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, trust.good);
      await visitor.stream(PLAIN);
      await visitor.expect(/<auth/);
      visitor.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>No.</text></failure>");
      await visitor.gone;
    });
    expect(await problem(server.port)).toMatchObject({ code: "wrong-password", text: "No." });
  });

  it("a DTD from the server is the problem bad-xml", async () => {
    const server = await serve(async (visitor) => {
      await startTls(visitor, trust.good);
      await visitor.expect(/<stream:stream/);
      visitor.send(`${HEADER}<!DOCTYPE x>`);
      await visitor.gone;
    });
    expect((await problem(server.port)).code).toBe("bad-xml");
  });

  it("see-other-host is followed to a host with a certificate for the same domain", async () => {
    const target = await serve((visitor) => signIn(visitor, trust.good));
    const sent = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("see-other-host", `127.0.0.1:${target.port}`));
      await visitor.gone;
    });
    expect((await online(sent.port)).outcome.jid).toBe("alice@example.org/here");
    const trap = await serve((visitor) => startTls(visitor, trust.authority.issue(["127.0.0.1"])));
    const lured = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("see-other-host", `127.0.0.1:${trap.port}`));
      await visitor.gone;
    });
    expect((await problem(lured.port)).code).toBe("certificate-wrong-name");
  });

  it("a see-other-host loop ends after three hops", async () => {
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
  it("a refused connection is the problem refused", async () => {
    const [port] = await freePorts(1);
    expect(await problem(port!)).toMatchObject({ code: "refused", host: "127.0.0.1" });
  });

  it("an unknown host is the problem unknown-host", async () => {
    expect(await problem(5222, { advanced: { host: "nowhere.invalid" } })).toMatchObject({
      code: "unknown-host",
      host: "nowhere.invalid",
    });
  });

  it("a server that accepts the connection and stays silent is the problem timeout", async () => {
    const server = await serve((visitor) => visitor.gone);
    expect((await problem(server.port, { timeouts: { connect: 150, step: 150 } })).code).toBe("timeout");
    const tls = await serve((visitor) => visitor.gone);
    expect((await problem(tls.port, { ...direct(tls.port), timeouts: { connect: 150, step: 150 } })).code).toBe(
      "timeout",
    );
  });

  it("a server that closes the connection is detected without waiting for the timeout", async () => {
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
        name.startsWith("_xmpp-client")
          ? ports.map((port, priority) => ({ name: "127.0.0.1", port, priority, weight: 0 }))
          : [],
    },
    advanced: {},
  });

  it("tries the next target when the first refuses, shuts down or closes the connection", async () => {
    const [closed] = await freePorts(1);
    const leaving = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream/);
      visitor.send(HEADER + streamError("system-shutdown"));
    });
    const silent = await serve(async (visitor) => visitor.end());
    const server = await serve((visitor) => signIn(visitor, trust.good));
    const session = await online(0, srv([closed!, leaving.port, silent.port, server.port]));
    expect(session.outcome.jid).toBe("alice@example.org/here");
  });

  it("does not try the next target after a bad certificate", async () => {
    const bad = await serve((visitor) => startTls(visitor, trust.self));
    const never = await serve((visitor) => signIn(visitor, trust.good));
    expect((await problem(0, srv([bad.port, never.port]))).code).toBe("certificate-untrusted");
    expect(never.visits).toBe(0);
  });

  it("reports the problem of the first target when all fail", async () => {
    const [closed] = await freePorts(1);
    const leaving = await serve(async (visitor) => visitor.end());
    expect((await problem(0, srv([closed!, leaving.port]))).code).toBe("refused");
  });

  it("tries the resumption location first (XEP-0198 §5), and then the usual targets", async () => {
    const usual = await serve((visitor) => signIn(visitor, trust.good));
    const preferred = await serve((visitor) => signIn(visitor, trust.good));
    await online(0, { ...srv([usual.port]), location: `127.0.0.1:${preferred.port}` });
    expect([usual.visits, preferred.visits]).toEqual([0, 1]);
    const [closed] = await freePorts(1);
    await online(0, { ...srv([usual.port]), location: `127.0.0.1:${closed!}` });
    expect(usual.visits).toBe(1);
  });
});
