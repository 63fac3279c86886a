/** The loopback server against attacks from other sites and other programs on this machine. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import WebSocket from "ws";
import { startServer, type LoopbackServer } from "./server.ts";
import { isProof, newNonce, prove } from "../../shared/omemo/proof.ts";
import { createHandshake } from "./handshake.ts";
import { PROTOCOL } from "./wire.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

describe("loopback server", () => {
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
    server = await startServer(options());
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const options = () => ({
    port: 0,
    pageFolder: join(folder, "page"),
    bridgeFile: join(folder, "bridge.js"),
    dispatch: async (name: unknown) => {
      calls.push(name);
      return { ok: true, value: 1 } as const;
    },
    launchSecret: "launch-secret",
  });
  const self = () => `127.0.0.1:${server.port}`;
  const origin = () => `http://${self()}`;
  const tokenOf = (address: string) => address.split("#token=")[1]!;

  function ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest(
        {
          host: "127.0.0.1",
          port: server.port,
          path,
          method: options.method ?? "GET",
          headers: { Host: self(), ...options.headers },
        },
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
  async function session(): Promise<{ cookie: string; key: string }> {
    const answer = await redeem(tokenOf(server.address()));
    expect(answer.status).toBe(200);
    const cookie = answer.headers["set-cookie"]![0]!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    return { cookie: cookie.split(";")[0]!, key: (JSON.parse(answer.body) as { key: string }).key };
  }
  function connect(options: { cookie?: string; origin?: string; host?: string }): WebSocket {
    return new WebSocket(`ws://${self()}/ipc`, PROTOCOL, {
      headers: {
        ...(options.cookie === undefined ? {} : { Cookie: options.cookie }),
        ...(options.host === undefined ? {} : { Host: options.host }),
      },
      origin: options.origin ?? origin(),
    });
  }
  /** `admitted`, the status of a rejected upgrade, or `closed` if the server ends the connection. */
  function open(options: { cookie?: string; key?: string; origin?: string; host?: string }): Promise<string> {
    const socket = connect(options);
    const handshake = createHandshake(options.key ?? "none", self());
    return new Promise((resolve) => {
      socket.on("open", () => socket.send(handshake.first));
      socket.on("message", (data) => {
        void handshake.take(String(data)).then((step) => {
          if (typeof step !== "string") return socket.send(step.send);
          resolve(step);
          socket.close();
        });
      });
      socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
      socket.on("error", () => resolve("error"));
      socket.on("close", () => resolve("closed"));
    });
  }
  /**
   * Sends each message after the previous one was answered. @returns all answers until the server ended the connection
   */
  function raw(cookie: string, messages: readonly (string | Buffer)[]): Promise<string[]> {
    const socket = connect({ cookie });
    const got: string[] = [];
    const left = [...messages];
    return new Promise((resolve) => {
      const next = () => socket.send(left.shift() ?? "nothing more");
      socket.on("open", next);
      socket.on("message", (data) => {
        got.push(String(data));
        next();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(got));
    });
  }

  it("serves the page with a strict policy and the bridge before the app", async () => {
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.body).toContain('<head><script src="/bridge.js"></script>');
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["content-security-policy"]).not.toMatch(/unsafe/);
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect((await ask("/bridge.js")).body).toBe("// bridge");
  });

  it("accepts a token once, and admits a page that knows the session key", async () => {
    const { cookie, key } = await session();
    expect(await open({ cookie, key })).toBe("admitted");
  });

  it("rejects a replayed token", async () => {
    const token = tokenOf(server.address());
    expect((await redeem(token)).status).toBe(200);
    expect((await redeem(token)).status).toBe(403);
    expect((await redeem("guess")).status).toBe(403);
  });

  it.each([
    ["no cookie", {}],
    ["a wrong cookie", { cookie: "jackdaw-1=x" }],
  ])("rejects a socket with %s", async (_name, change) => {
    const { key } = await session();
    expect(await open({ key, ...change })).toBe("403");
    expect(calls).toEqual([]);
  });

  it("does not admit a program that has the cookie but not the key", async () => {
    const { cookie, key } = await session();
    const nonce = newNonce();
    const begin = JSON.stringify({ type: "begin", nonce });
    const call = JSON.stringify({ type: "call", id: 1, name: "app.start", args: {} });
    const hello = JSON.stringify({ type: "hello", page: "x", seen: -1 });
    for (const wrong of ["x".repeat(43), "0".repeat(64), cookie, null, 1, {}]) {
      const got = await raw(cookie, [begin, JSON.stringify({ type: "prove", proof: wrong }), hello, call]);
      expect(got).toHaveLength(1);
      // The server is no oracle either: its own proof is not valid as a page's proof, and is bound to its nonce.
      const { proof, nonce: theirs } = JSON.parse(got[0]!) as { proof: string; nonce: string };
      expect(await isProof(proof, key, "server", [self(), nonce, theirs])).toBe(true);
      expect(await raw(cookie, [begin, JSON.stringify({ type: "prove", proof }), hello, call])).toHaveLength(1);
    }
    expect(await raw(cookie, [hello, call])).toEqual([]);
    expect(await raw(cookie, [call])).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("does not admit a proof recorded on an earlier connection", async () => {
    const { cookie, key } = await session();
    const nonce = newNonce();
    const begin = JSON.stringify({ type: "begin", nonce });
    const first = JSON.parse((await raw(cookie, [begin]))[0]!) as { nonce: string };
    const old = JSON.stringify({ type: "prove", proof: await prove(key, "page", [self(), nonce, first.nonce]) });
    expect(await raw(cookie, [begin, old])).toHaveLength(1);
  });

  it("does not admit a proof made for a server on another port", async () => {
    const { cookie, key } = await session();
    const nonce = newNonce();
    const socket = connect({ cookie });
    const closed = new Promise<string>((resolve) => {
      socket.on("open", () => socket.send(JSON.stringify({ type: "begin", nonce })));
      socket.on("message", (data) => {
        const message = JSON.parse(String(data)) as { type: string; nonce: string };
        if (message.type === "admitted") resolve("admitted");
        else
          void prove(key, "page", ["127.0.0.1:1", nonce, message.nonce]).then((proof) =>
            socket.send(JSON.stringify({ type: "prove", proof })),
          );
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve("closed"));
    });
    expect(await closed).toBe("closed");
  });

  it.each([
    ["is not JSON", "{"],
    ["is binary", Buffer.from("{}")],
    ["is too long", JSON.stringify({ type: "begin", nonce: "0".repeat(64), more: "x".repeat(4096) })],
    ["has no nonce", JSON.stringify({ type: "begin", nonce: "x" })],
  ])("ends a connection whose first message %s", async (_what, message) => {
    const { cookie } = await session();
    expect(await raw(cookie, [message])).toEqual([]);
  });

  it("ends a connection that sends more than the proof needs before it is admitted", async () => {
    const { cookie } = await session();
    const socket = connect({ cookie });
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    // A fragmented message without end: the server must not buffer it up to the limit of a call.
    socket.on("open", () => {
      for (let part = 0; part < 100; part++) socket.send("x".repeat(1000), { fin: false });
    });
    await closed;
    expect(await open(await session())).toBe("admitted");
  });

  it("limits the connections that wait for their proof, and accepts new ones when those are gone", async () => {
    const known = await session();
    const waiting = Array.from({ length: 40 }, () => connect(known));
    const outcomes = await Promise.all(
      waiting.map(
        (socket) =>
          new Promise<string>((resolve) => {
            socket.on("open", () => resolve("open"));
            socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
            socket.on("error", () => resolve("error"));
          }),
      ),
    );
    expect(outcomes.filter((one) => one === "open")).toHaveLength(32);
    expect(outcomes.filter((one) => one === "503")).toHaveLength(8);
    await Promise.all(
      waiting.map(
        (socket) =>
          new Promise<void>((resolve) => {
            if (socket.readyState === WebSocket.CLOSED) return resolve();
            socket.on("close", () => resolve());
            socket.close();
          }),
      ),
    );
    expect(await open(known)).toBe("admitted");
  });

  it.each(["https://evil.example", "http://localhost:1234", "http://127.0.0.1", "null"])(
    "a second site in the same browser: rejects the Origin %s",
    async (foreign) => {
      expect(await open({ ...(await session()), origin: foreign })).toBe("403");
      expect((await redeem(tokenOf(server.address()), { Origin: foreign })).status).toBe(403);
    },
  );

  it.each(["evil.example", "localhost", "127.0.0.1", "127.0.0.1.evil.example"])(
    "DNS rebinding: rejects the Host %s",
    async (host) => {
      const named = host.startsWith("evil") || host.endsWith("example") ? `${host}:${server.port}` : host;
      for (const path of ["/", "/bridge.js", "/session"]) {
        expect((await ask(path, { headers: { Host: named } })).status).toBe(403);
      }
      expect(await open({ ...(await session()), host: named })).toBe("403");
    },
  );

  it("rejects a cross-site form and a cross-site fetch", async () => {
    const token = tokenOf(server.address());
    const form = { Origin: "https://evil.example", "Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site" };
    expect((await ask("/session", { method: "POST", headers: form, body: JSON.stringify({ token }) })).status).toBe(
      403,
    );
    expect((await ask("/bridge.js", { headers: { "Sec-Fetch-Site": "cross-site" } })).status).toBe(403);
    expect((await redeem(token)).status).toBe(200);
  });

  it.each([
    "/../secret.html",
    "/%2e%2e/secret.html",
    "/..%2fsecret.html",
    "/%00index.html",
    "/index.html%2f..%2f..%2fsecret.html",
    "//etc/passwd",
  ])("path traversal: does not serve %s", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain("secret");
  });

  it("returns a new address only to a process that can read the lock file, and proves that it can read it too", async () => {
    const nonce = newNonce();
    const headers = { "Content-Type": "application/json" };
    const asked = async (
      secret: string,
      more: { about?: string[]; headers?: Record<string, string>; body?: string } = {},
    ) => {
      const proof = await prove(secret, "second-start", more.about ?? [self(), nonce]);
      return ask("/address", {
        method: "POST",
        headers: { ...headers, ...more.headers },
        body: more.body ?? JSON.stringify({ nonce, proof }),
      });
    };
    expect((await asked("guess")).status).toBe(403);
    expect((await asked("launch-secret", { about: ["127.0.0.1:1", nonce] })).status).toBe(403);
    expect((await asked("launch-secret", { headers: { Origin: origin() } })).status).toBe(403);
    expect((await asked("guess", { body: JSON.stringify({ secret: "launch-secret" }) })).status).toBe(403);
    const { address, proof } = JSON.parse((await asked("launch-secret")).body) as { address: string; proof: string };
    expect(await isProof(proof, "launch-secret", "running", [self(), nonce, address])).toBe(true);
    expect((await redeem(tokenOf(address))).status).toBe(200);
  });

  it("limits the number of connections, and accepts new ones when those are gone", async () => {
    await server.close();
    server = await startServer({ ...options(), patience: 600_000 });
    let dropped = 0;
    const sockets = Array.from({ length: 300 }, () => createConnection({ host: "127.0.0.1", port: server.port }));
    for (const socket of sockets) {
      // Incomplete requests keep the accepted connections open.
      socket.on("connect", () => socket.write("GET / HTTP/1.1\r\n"));
      socket.on("error", () => undefined);
      socket.on("close", () => dropped++);
      socket.resume();
    }
    await vi.waitFor(() => expect(dropped).toBe(300 - 256), { timeout: 25_000 });
    const closed = sockets.map(
      (socket) => new Promise((resolve) => (socket.destroyed ? resolve(null) : socket.once("close", resolve))),
    );
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await vi.waitFor(async () => expect((await ask("/")).status).toBe(200), { timeout: 25_000 });
  });

  it("ends a request that arrives too slowly", async () => {
    await server.close();
    server = await startServer({ ...options(), patience: 50 });
    for (const begun of [
      `GET / HTTP/1.1\r\nHost: ${self()}\r\nX: `,
      `POST /session HTTP/1.1\r\nHost: ${self()}\r\nContent-Length: 900\r\n\r\n{`,
    ]) {
      const socket = createConnection({ host: "127.0.0.1", port: server.port });
      socket.on("error", () => undefined);
      socket.resume();
      socket.write(begun);
      await new Promise((resolve) => socket.once("close", resolve));
    }
    expect((await ask("/")).status).toBe(200);
  });

  it("reads no more of a body than a token needs", async () => {
    const answer = await ask("/session", {
      method: "POST",
      headers: { Origin: origin(), "Content-Type": "application/json" },
      body: JSON.stringify({ token: "x".repeat(1_000_000) }),
    }).catch((error: NodeJS.ErrnoException) => ({ status: error.code }));
    expect([403, "ECONNRESET", "EPIPE"]).toContain(answer.status);
  });

  it("rejects other methods", async () => {
    expect((await ask("/", { method: "PUT" })).status).toBe(405);
    expect((await ask("/", { method: "DELETE" })).status).toBe(405);
  });
});
