/** Mandatory TLS, certificate verification and channel binding. */
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Problem } from "../../../../shared/model/problem.ts";
import { makeAuthority, selfSigned, type TestCertificate } from "./testing/certificates.ts";
import { BIND, HEADER, PLAIN, PROCEED, signIn, startTls, STARTTLS } from "./testing/server.ts";
import { direct, online, problem, testTrust } from "./testing/session.ts";
import type { SessionOptions } from "./session.ts";
import { tlsOptions } from "./tls.ts";

const { trust, serve } = testTrust();

describe("mandatory TLS", () => {
  it("TLS is required: reports a server that offers none, and sends no password", async () => {
    let after = "";
    const server = await serve(async (visitor) => {
      await visitor.stream(PLAIN + BIND);
      await visitor.expect(/(?<all>[\s\S]+)$/).then((found) => (after = found[0]));
    });
    expect((await problem(server.port)).code).toBe("not-encrypted");
    await server.stop();
    expect(after).not.toContain("<auth");
  });

  it("reports a server that refuses STARTTLS", async () => {
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
    ["forged features", `<stream:features>${PLAIN}</stream:features>`],
    ["whitespace", " "],
  ])("STARTTLS injection: %s after <proceed/> ends the attempt", async (_, injected) => {
    const server = await serve(async (visitor) => {
      await visitor.stream(STARTTLS);
      await visitor.expect(/<starttls/);
      visitor.send(PROCEED + injected);
      await visitor.secure(trust.good);
    });
    expect((await problem(server.port)).code).toBe("tls-injection");
  });

  it("STARTTLS injection: data sent with the features is not read as an answer inside TLS", async () => {
    const server = await serve(async (visitor) => {
      await visitor.expect(/<stream:stream[^>]*>/);
      visitor.send(
        `${HEADER}<stream:features>${STARTTLS}</stream:features>${PROCEED}<stream:features>${PLAIN}</stream:features>`,
      );
      await visitor.expect(/<starttls/);
      await visitor.secure(trust.good);
    });
    expect((await problem(server.port)).code).toBe("tls-injection");
  });

  it("does not accept TLS 1.1", async () => {
    // OpenSSL on this machine may refuse TLS 1.1 by default; others may not.
    expect(tlsOptions("example.org").minVersion).toBe("TLSv1.2");
    const server = await serve((visitor) => startTls(visitor, trust.good, "TLSv1.1"));
    expect((await problem(server.port)).code).toBe("tls-failed");
  });

  it("reports a server that answers the handshake with something else as tls-failed", async () => {
    const server = await serve(async (visitor) => visitor.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await problem(server.port, direct(server.port))).code).toBe("tls-failed");
  });
});

describe("certificate verification", () => {
  /** Verifies with STARTTLS and with direct TLS; both must give the same result. */
  async function verdict(certificate: TestCertificate, more: Partial<SessionOptions> = {}): Promise<Problem> {
    const starttls = await serve((visitor) => startTls(visitor, certificate));
    const first = await problem(starttls.port, more);
    const tls = await serve((visitor) => visitor.secure(certificate));
    const second = await problem(tls.port, { ...more, ...direct(tls.port) });
    expect(second).toEqual(first);
    return first;
  }

  it("parses the trusted authorities once, not for each connection", () => {
    const { secureContext } = tlsOptions("example.org");
    expect(secureContext).toBeDefined();
    expect(tlsOptions("example.net").secureContext).toBe(secureContext);
  });

  it("reports a self-signed certificate as untrusted, with all details for the user's decision", async () => {
    const { certificate, ...rest } = await verdict(trust.self);
    expect(rest).toMatchObject({ code: "certificate-untrusted", host: "127.0.0.1" });
    const shown = new X509Certificate(trust.self.cert);
    expect(certificate).toEqual({
      subject: "CN=example.org",
      issuer: "CN=example.org",
      names: ["DNS:example.org"],
      validFrom: Date.parse(shown.validFrom),
      validTo: Date.parse(shown.validTo),
      fingerprint: trust.self.fingerprint,
    });
  });

  it("reports a certificate from an unknown authority as untrusted", async () => {
    const elsewhere = mkdtempSync(join(trust.folder, "other-"));
    expect((await verdict(makeAuthority(elsewhere).issue(["example.org"]))).code).toBe("certificate-untrusted");
  });

  it("reports an untrusted certificate as such even when it is also expired and for another name", async () => {
    const elsewhere = mkdtempSync(join(trust.folder, "other-"));
    expect((await verdict(makeAuthority(elsewhere).issue(["other.org"], -10, -1))).code).toBe("certificate-untrusted");
  });

  it("reports an expired certificate", async () => {
    const { code, certificate } = await verdict(trust.authority.issue(["example.org"], -10, -1));
    expect(code).toBe("certificate-expired");
    expect(certificate!.validTo).toBeLessThan(Date.now());
  });

  it("reports a certificate that is not yet valid", async () => {
    expect((await verdict(trust.authority.issue(["example.org"], 1, 10))).code).toBe("certificate-not-yet-valid");
  });

  it("reports a wrong name, even when it is the name of the host that we connected to", async () => {
    const { code, certificate } = await verdict(
      trust.authority.issue(["127.0.0.1", "xmpp.example.org", "*.example.org"]),
    );
    expect(code).toBe("certificate-wrong-name");
    expect(certificate!.names).toContain("DNS:*.example.org");
  });

  const srvId = (name: string): string => `otherName:1.3.6.1.5.5.7.8.7;IA5STRING:${name}`;
  const address = (name: string): string => `otherName:1.3.6.1.5.5.7.8.5;UTF8:${name}`;

  it.each([
    ["an SRV-ID for the domain (RFC 6125)", srvId("_xmpp-client.example.org")],
    ["an SRV-ID in other letters", srvId("_XMPP-Client.Example.ORG")],
    ["an SRV-ID beside another DNS name", `DNS:other.org,${srvId("_xmpp-client.example.org")}`],
    ["the domain as XmppAddr (RFC 6120 §13.7.1.4)", address("example.org")],
  ])("accepts a certificate with only %s", async (_what, alternative) => {
    for (const security of ["starttls", "direct"] as const) {
      const issued = trust.authority.issueCommonName("Some server", alternative);
      const server = await serve(async (visitor) => {
        if (security === "starttls") await startTls(visitor, issued);
        else await visitor.secure(issued);
        await visitor.stream("");
      });
      const more = security === "direct" ? direct(server.port) : {};
      expect((await problem(server.port, more)).code).toBe("no-mechanism");
    }
  });

  it.each([
    ["for servers", srvId("_xmpp-server.example.org")],
    ["for another protocol", srvId("_imaps.example.org")],
    ["for another domain", srvId("_xmpp-client.example.org.evil.net")],
    ["for a domain below", srvId("_xmpp-client.sub.example.org")],
    ["with a wildcard", srvId("_xmpp-client.*")],
    ["without a protocol", srvId("example.org")],
    ["as text of another type", "otherName:1.3.6.1.5.5.7.8.7;UTF8:_xmpp-client.example.org"],
    ["in a name of another kind", "otherName:1.3.6.1.5.5.7.8.9;IA5STRING:_xmpp-client.example.org"],
  ])("reports a wrong name for an SRV-ID %s", async (_what, alternative) => {
    expect((await verdict(trust.authority.issueCommonName("x", alternative))).code).toBe("certificate-wrong-name");
  });

  it.each(["alice@example.org", "example.org/x", "other.org", "*.org", ""])(
    "reports a wrong name for the XmppAddr %j",
    async (name) => {
      const { code } = await verdict(trust.authority.issueCommonName("x", address(name)));
      expect(code).toBe("certificate-wrong-name");
    },
  );

  it("reports a wrong name for an SRV-ID from an authority that may issue for some names only (RFC 5280)", async () => {
    // OpenSSL applies the constraints to DNS names, but not to SRV-IDs.
    const chained = trust.authority.constrained("evil.net").issueCommonName("x", srvId("_xmpp-client.example.org"));
    expect((await verdict(chained)).code).toBe("certificate-wrong-name");
  });

  it.each([
    ["has no subjectAltName", undefined],
    ["has only names of other types", "email:admin@example.org,URI:xmpp:example.org,IP:127.0.0.1"],
    ["has another DNS name", "DNS:other.org"],
  ])("ignores the common name of a certificate that %s (RFC 9525)", async (_what, alternative) => {
    const issued = trust.authority.issueCommonName("example.org", alternative);
    const { code, certificate } = await verdict(issued);
    expect(code).toBe("certificate-wrong-name");
    expect(certificate!.subject).toBe("CN=example.org");
    // The user may pin it like any other rejected certificate.
    const server = await serve((visitor) => signIn(visitor, issued));
    expect((await online(server.port, { pinned: issued.fingerprint })).outcome.jid).toBe("alice@example.org/here");
  });

  it("verifies the address for an account at an IP address", async () => {
    const account = { account: "alice@127.0.0.1" as BareJid };
    expect((await verdict(trust.good, account)).code).toBe("certificate-wrong-name");
    const server = await serve(async (visitor) => {
      await startTls(visitor, trust.authority.issue(["127.0.0.1"]));
      await visitor.stream("");
    });
    expect((await problem(server.port, account)).code).toBe("no-mechanism");
  });

  it("accepts exactly the pinned certificate, whatever is wrong with it", async () => {
    for (const certificate of [trust.self, trust.authority.issue(["other.org"], -10, -1)]) {
      const server = await serve((visitor) => signIn(visitor, certificate));
      expect((await online(server.port, { pinned: certificate.fingerprint })).outcome.jid).toBe(
        "alice@example.org/here",
      );
    }
  });

  it("rejects another certificate than the pinned one, even one from a trusted authority", async () => {
    for (const certificate of [trust.good, selfSigned(trust.folder, ["example.org"], "self-again")]) {
      expect(await verdict(certificate, { pinned: trust.self.fingerprint })).toMatchObject({
        code: "certificate-changed",
        pinned: trust.self.fingerprint,
        certificate: { fingerprint: certificate.fingerprint },
      });
    }
  });
});

describe("channel binding", () => {
  /** Channel-binding data of both sides of one TLS connection. */
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
      visitor.send(
        "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@example.org/x</jid></bind></iq>",
      );
    });
    const session = await online(server.port, { pinned });
    return { ours: session.channelBinding, tls: session.tls, exporter };
  }
  const hashed = (certificate: TestCertificate, hash: string) =>
    createHash(hash).update(new X509Certificate(certificate.cert).raw).digest();

  it("tls-exporter is the same on both sides (RFC 9266)", async () => {
    const { ours, exporter } = await both(trust.good, "TLSv1.3");
    expect(exporter).not.toBeNull();
    expect(ours["tls-exporter"]).toEqual(exporter);
  });

  it("tls-exporter does not exist before TLS 1.3", async () => {
    const { ours, tls } = await both(trust.good, "TLSv1.2");
    expect(tls).toBe("TLSv1.2");
    expect(ours["tls-exporter"]).toBeNull();
  });

  it.each([
    ["sha256", "sha256"],
    ["sha384", "sha384"],
    ["sha512", "sha512"],
    ["sha1", "sha256"],
  ])("tls-server-end-point of a certificate signed with %s is its %s (RFC 5929)", async (signature, hash) => {
    const leaf = trust.authority.issue(["example.org"], -1, 30, signature);
    // With the chain, as real servers send it; the leaf certificate counts.
    const certificate = { ...leaf, cert: leaf.cert + trust.authority.cert };
    // OpenSSL no longer trusts SHA-1 signatures.
    const { ours } = await both(certificate, "TLSv1.2", signature === "sha1" ? leaf.fingerprint : null);
    expect(ours["tls-server-end-point"]).toEqual(hashed(certificate, hash));
  });
});
