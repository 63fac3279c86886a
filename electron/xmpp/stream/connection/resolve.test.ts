import { describe, expect, it } from "vitest";
import { draw, resolveTcp, resolveWebSocket, type Srv } from "./resolve.ts";

const record = (name: string, priority = 0, weight = 0, port = 5222): Srv => ({ name, port, priority, weight });

const dns = (records: Record<string, Srv[]>, random = () => 0.5) => ({
  random,
  srv: async (name: string) => {
    const found = records[name];
    if (found === undefined) throw Object.assign(new Error("no data"), { code: "ENODATA" });
    return found;
  },
});
const PLAIN = "_xmpp-client._tcp.example.org";
const DIRECT = "_xmpps-client._tcp.example.org";

describe("resolveTcp", () => {
  it("keeps the connection kind of each SRV record", async () => {
    const records = {
      [PLAIN]: [record("b", 10), record("d", 30)],
      [DIRECT]: [record("a", 5, 0, 443), record("c", 20, 0, 5223)],
    };
    expect(await resolveTcp("example.org", {}, dns(records))).toEqual([
      { kind: "direct", host: "a", port: 443 },
      { kind: "starttls", host: "b", port: 5222 },
      { kind: "direct", host: "c", port: 5223 },
      { kind: "starttls", host: "d", port: 5222 },
    ]);
  });

  it("uses port 5222 of the domain only if there is no SRV record at all", async () => {
    expect(await resolveTcp("example.org", {}, dns({}))).toEqual([
      { kind: "starttls", host: "example.org", port: 5222 },
    ]);
    expect(await resolveTcp("example.org", {}, dns({ [DIRECT]: [record("a")] }))).toEqual([
      { kind: "direct", host: "a", port: 5222 },
    ]);
  });

  it('treats "." as no XMPP service', async () => {
    await expect(resolveTcp("example.org", {}, dns({ [PLAIN]: [record(".")] }))).rejects.toMatchObject({
      problem: { code: "unknown-host", host: "example.org" },
    });
    await expect(resolveTcp("example.org", {}, dns({ [PLAIN]: [record("")] }))).rejects.toMatchObject({
      problem: { code: "unknown-host" },
    });
    expect(
      await resolveTcp("example.org", {}, dns({ [PLAIN]: [record(".")], [DIRECT]: [record("a", 0, 0, 5223)] })),
    ).toEqual([{ kind: "direct", host: "a", port: 5223 }]);
  });

  it('falls back to STARTTLS when only direct TLS is "."', async () => {
    expect(await resolveTcp("example.org", {}, dns({ [DIRECT]: [record(".")] }))).toEqual([
      { kind: "starttls", host: "example.org", port: 5222 },
    ]);
  });

  it("follows the manual settings, whatever the DNS says", async () => {
    const asked: string[] = [];
    const ports = { srv: async (name: string) => (asked.push(name), [record("dns")]) };
    const at = (advanced: Parameters<typeof resolveTcp>[1]) => resolveTcp("example.org", advanced, ports);
    expect(await at({ host: "h" })).toEqual([{ kind: "starttls", host: "h", port: 5222 }]);
    expect(await at({ host: "h", security: "direct" })).toEqual([{ kind: "direct", host: "h", port: 5223 }]);
    expect(await at({ host: "h", port: 1, security: "starttls" })).toEqual([{ kind: "starttls", host: "h", port: 1 }]);
    expect(await at({ host: "", port: 2 })).toEqual([{ kind: "starttls", host: "example.org", port: 2 }]);
    expect(asked).toEqual([]);
  });

  it("queries internationalized domains in ASCII, and does not query IP addresses", async () => {
    const asked: string[] = [];
    const ports = { srv: async (name: string) => (asked.push(name), []) };
    expect(await resolveTcp("dohle.bücher.example", {}, ports)).toEqual([
      { kind: "starttls", host: "dohle.xn--bcher-kva.example", port: 5222 },
    ]);
    expect(asked).toEqual([
      "_xmpp-client._tcp.dohle.xn--bcher-kva.example",
      "_xmpps-client._tcp.dohle.xn--bcher-kva.example",
    ]);
    asked.length = 0;
    expect(await resolveTcp("127.0.0.1", {}, ports)).toEqual([{ kind: "starttls", host: "127.0.0.1", port: 5222 }]);
    expect(await resolveTcp("[::1]", {}, ports)).toEqual([{ kind: "starttls", host: "::1", port: 5222 }]);
    expect(asked).toEqual([]);
  });
});

describe("draw", () => {
  it("draws SRV records by weight instead of sorting them (RFC 2782)", () => {
    const records = [record("light", 0, 10), record("heavy", 0, 90)];
    const first: Record<string, number> = {};
    for (let at = 0; at < 1000; at++) {
      const [one] = draw(records, () => at / 1000);
      first[one!.name] = (first[one!.name] ?? 0) + 1;
    }
    // The lighter record gets 11 of the 101 values, 0 to 10.
    expect(first["light"]).toBeGreaterThan(100);
    expect(first["light"]).toBeLessThan(120);
    expect(first["heavy"]).toBe(1000 - first["light"]!);
  });

  it("orders by priority and keeps every record", () => {
    const records = [record("c", 2, 5), record("a", 1, 0), record("d", 2, 50), record("b", 1, 100)];
    for (const random of [() => 0, () => 0.5, () => 0.999_999]) {
      const names = draw(records, random).map((one) => one.name);
      expect(names.slice(0, 2).sort()).toEqual(["a", "b"]);
      expect(names.slice(2).sort()).toEqual(["c", "d"]);
    }
  });

  it("gives a weight of 0 a small chance", () => {
    const records = [record("full", 0, 100), record("none", 0, 0)];
    expect(draw(records, () => 0)[0]!.name).toBe("none");
    expect(draw(records, () => 0.02)[0]!.name).toBe("full");
  });
});

describe("resolveWebSocket", () => {
  const pages = (all: Record<string, string>) => ({ fetchText: async (url: string) => all[url] ?? null });
  const base = "https://example.org/.well-known/host-meta";
  const rel = "urn:xmpp:alt-connections:websocket";

  it("reads host-meta as JSON", async () => {
    const json = JSON.stringify({
      links: [{ rel: "other", href: "wss://no" }, { rel, href: "wss://example.org/ws" }, null, { rel }],
    });
    expect(await resolveWebSocket("example.org", pages({ [`${base}.json`]: json }))).toEqual([
      { kind: "websocket", url: "wss://example.org/ws" },
    ]);
  });

  it("reads host-meta as XML if there is no usable JSON", async () => {
    const xrd = `<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel="urn:xmpp:alt-connections:xbosh" href="https://x/"/><Link href='wss://example.org/ws?a=1&amp;b=2' rel='${rel}'/></XRD>`;
    const expected = [{ kind: "websocket", url: "wss://example.org/ws?a=1&b=2" }];
    expect(await resolveWebSocket("example.org", pages({ [base]: xrd }))).toEqual(expected);
    expect(await resolveWebSocket("example.org", pages({ [base]: xrd, [`${base}.json`]: "{" }))).toEqual(expected);
  });

  it("accepts wss URLs only", async () => {
    const links = ["ws://example.org/ws", "https://example.org/ws", "javascript:alert(1)", "wss://"].map((href) => ({
      rel,
      href,
    }));
    expect(await resolveWebSocket("example.org", pages({ [`${base}.json`]: JSON.stringify({ links }) }))).toEqual([]);
  });

  it("ignores missing and invalid documents", async () => {
    for (const json of ["null", "[]", '{"links":5}', "<html>"]) {
      expect(await resolveWebSocket("example.org", pages({ [`${base}.json`]: json, [base]: "<html>" }))).toEqual([]);
    }
    expect(await resolveWebSocket("example.org", { fetchText: () => Promise.reject(new Error("blocked")) })).toEqual(
      [],
    );
  });
});
