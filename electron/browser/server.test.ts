/** The loopback server against everything that another site or program on this machine might try. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { startServer, type LoopbackServer } from "./server.ts";
import { PROTOCOL } from "./wire.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

describe("the loopback server", () => {
  let folder: string;
  let server: LoopbackServer;
  const calls: unknown[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-loopback-"));
    await mkdir(join(folder, "page"));
    await writeFile(join(folder, "page", "index.html"), "<!doctype html><html><head><title>x</title></head></html>");
    await writeFile(join(folder, "bridge.js"), "// bridge");
    await writeFile(join(folder, "secret.html"), "secret");
    calls.length = 0;
    server = await startServer({
      port: 0,
      pageFolder: join(folder, "page"),
      bridgeFile: join(folder, "bridge.js"),
      dispatch: async (name) => {
        calls.push(name);
        return { ok: true, value: 1 };
      },
      launchSecret: "launch-secret",
    });
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const self = () => `127.0.0.1:${server.port}`;
  const origin = () => `http://${self()}`;
  const tokenOf = (address: string) => address.split("#token=")[1]!;

  function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest(
        { host: "127.0.0.1", port: server.port, path, method: options.method ?? "GET", headers: { Host: self(), ...options.headers } },
        (response) => {
          let body = "";
          response.on("data", (part: Buffer) => (body += part.toString()));
          response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
        },
      );
      asking.on("error", reject);
      asking.end(options.body);
    });
  }
  const redeem = (token: string, headers: Record<string, string> = {}) =>
    ask("/session", {
      method: "POST",
      headers: { Origin: origin(), "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ token }),
    });
  async function session(): Promise<{ cookie: string; proof: string }> {
    const answer = await redeem(tokenOf(server.address()));
    expect(answer.status).toBe(200);
    const cookie = answer.headers["set-cookie"]![0]!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    return { cookie: cookie.split(";")[0]!, proof: (JSON.parse(answer.body) as { proof: string }).proof };
  }
  function open(options: { cookie?: string; proof?: string; origin?: string; host?: string }): Promise<string> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`ws://${self()}/ipc`, [PROTOCOL, ...(options.proof === undefined ? [] : [options.proof])], {
        headers: {
          ...(options.cookie === undefined ? {} : { Cookie: options.cookie }),
          ...(options.host === undefined ? {} : { Host: options.host }),
        },
        origin: options.origin ?? origin(),
      });
      socket.on("open", () => {
        resolve("open");
        socket.close();
      });
      socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
      socket.on("error", () => resolve("error"));
    });
  }

  it("serves the page under a strict policy, with the bridge before the app", async () => {
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.body).toContain('<head><script src="/bridge.js"></script>');
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["content-security-policy"]).not.toMatch(/unsafe/);
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect((await ask("/bridge.js")).body).toBe("// bridge");
  });

  it("exchanges a token once, and lets the session in", async () => {
    const { cookie, proof } = await session();
    expect(await open({ cookie, proof })).toBe("open");
  });

  it("refuses a replayed token", async () => {
    const token = tokenOf(server.address());
    expect((await redeem(token)).status).toBe(200);
    expect((await redeem(token)).status).toBe(403);
    expect((await redeem("guess")).status).toBe(403);
  });

  it.each([
    ["no cookie", {}],
    ["a wrong cookie", { cookie: "jackdaw-1=x" }],
  ])("refuses a socket with %s", async (_name, change) => {
    const { proof } = await session();
    expect(await open({ proof, ...change })).toBe("403");
    expect(calls).toEqual([]);
  });

  it("refuses a socket with a cookie that another local server got to see, but no proof", async () => {
    const { cookie } = await session();
    expect(await open({ cookie, proof: "x".repeat(43) })).toBe("403");
  });

  it.each(["https://evil.example", "http://localhost:1234", "http://127.0.0.1", "null"])(
    "a second site in the same browser: refuses the Origin %s",
    async (foreign) => {
      const { cookie, proof } = await session();
      expect(await open({ cookie, proof, origin: foreign })).toBe("403");
      expect((await redeem(tokenOf(server.address()), { Origin: foreign })).status).toBe(403);
    },
  );

  it.each(["evil.example", "localhost", "127.0.0.1", "127.0.0.1.evil.example"])(
    "DNS rebinding: refuses the Host %s",
    async (host) => {
      const named = host.startsWith("evil") || host.endsWith("example") ? `${host}:${server.port}` : host;
      for (const path of ["/", "/bridge.js", "/session"]) {
        expect((await ask(path, { headers: { Host: named } })).status).toBe(403);
      }
      const { cookie, proof } = await session();
      expect(await open({ cookie, proof, host: named })).toBe("403");
    },
  );

  it("refuses a cross-site form and a cross-site fetch", async () => {
    const token = tokenOf(server.address());
    const form = { Origin: "https://evil.example", "Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site" };
    expect((await ask("/session", { method: "POST", headers: form, body: JSON.stringify({ token }) })).status).toBe(403);
    expect((await ask("/bridge.js", { headers: { "Sec-Fetch-Site": "cross-site" } })).status).toBe(403);
    expect((await redeem(token)).status).toBe(200);
  });

  it.each(["/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/%00index.html", "/index.html%2f..%2f..%2fsecret.html", "//etc/passwd"])(
    "path traversal: does not serve %s",
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain("secret");
    },
  );

  it("gives a fresh address only to who can read the lock file", async () => {
    const headers = { "Content-Type": "application/json" };
    const body = (secret: string) => JSON.stringify({ secret });
    expect((await ask("/address", { method: "POST", headers, body: body("guess") })).status).toBe(403);
    expect((await ask("/address", { method: "POST", headers: { ...headers, Origin: origin() }, body: body("launch-secret") })).status).toBe(403);
    const given = await ask("/address", { method: "POST", headers, body: body("launch-secret") });
    const { address } = JSON.parse(given.body) as { address: string };
    expect((await redeem(tokenOf(address))).status).toBe(200);
  });

  it("knows no other method", async () => {
    expect((await ask("/", { method: "PUT" })).status).toBe(405);
    expect((await ask("/", { method: "DELETE" })).status).toBe(405);
  });
});
