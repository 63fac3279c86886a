import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startProxy, type FaultProxy } from "./proxy.ts";

/** One end of a connection and everything that happened to it. */
interface End {
  socket: Socket;
  got: () => string;
  isEnded: () => boolean;
  isClosed: () => boolean;
  /** Code of the error, such as ECONNRESET. */
  error: () => string | undefined;
}

let listener: Server;
let proxy: FaultProxy;
let served: End[];

function watch(socket: Socket): End {
  let [got, ended, closed] = ["", false, false];
  let error: string | undefined;
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => (got += text));
  socket.on("end", () => (ended = true));
  socket.on("close", () => (closed = true));
  socket.on("error", (problem: NodeJS.ErrnoException) => (error = problem.code));
  return { socket, got: () => got, isEnded: () => ended, isClosed: () => closed, error: () => error };
}
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** A client connected through the proxy, and the server's end of the connection. */
async function pair(): Promise<{ client: End; server: End }> {
  const before = served.length;
  const client = watch(connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true }));
  await eventually(() => expect(served).toHaveLength(before + 1));
  return { client, server: served.at(-1)! };
}

beforeEach(async () => {
  served = [];
  listener = createServer({ allowHalfOpen: true }, (socket) => served.push(watch(socket)));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  proxy = await startProxy((listener.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  for (const { socket } of served) socket.destroy();
  await new Promise((resolve) => listener.close(resolve));
});

it("the proxy forwards both directions completely by default", async () => {
  const { client, server } = await pair();
  const text = "für 🐦 ".repeat(40_000);
  client.socket.end(text);
  server.socket.end("answer");
  await eventually(() => {
    expect(server.got()).toHaveLength(text.length);
    expect(client.got()).toBe("answer");
    expect([client.isEnded(), server.isEnded(), proxy.open]).toEqual([true, true, 0]);
  });
  expect(server.got()).toBe(text);
  expect([client.error(), server.error()]).toEqual([undefined, undefined]);
});

it("cut() resets both sides, and new connections work", async () => {
  const { client, server } = await pair();
  expect(proxy.cut()).toBe(1);
  await eventually(() => expect([client.error(), server.error()]).toEqual(["ECONNRESET", "ECONNRESET"]));
  const again = await pair();
  again.client.socket.write("x");
  await eventually(() => expect(again.server.got()).toBe("x"));
});

it("halfClose() ends one side while the other may still send", async () => {
  const { client, server } = await pair();
  proxy.halfClose("client");
  await eventually(() => expect(client.isEnded()).toBe(true));
  client.socket.write("still here");
  await eventually(() => expect(server.got()).toBe("still here"));
  expect([server.isEnded(), server.isClosed()]).toEqual([false, false]);
});

it("stall() holds one direction only, and clear() releases everything in order", async () => {
  const { client, server } = await pair();
  proxy.stall("up");
  client.socket.write("first ");
  server.socket.write("down");
  await eventually(() => expect(client.got()).toBe("down"));
  client.socket.write("second");
  expect(server.got()).toBe("");
  proxy.clear();
  await eventually(() => expect(server.got()).toBe("first second"));
});

it("a stalled line hides the client's end from the server, and can then be cut", async () => {
  const { client, server } = await pair();
  proxy.stall("up");
  client.socket.destroy();
  const fresh = await pair();
  fresh.client.socket.write("held");
  expect([server.isEnded(), server.isClosed()]).toEqual([false, false]);
  proxy.cut();
  await eventually(() => expect([server.error(), proxy.open]).toEqual(["ECONNRESET", 0]));
});

it("clear() after a stall delivers the client's end to the server", async () => {
  const { client, server } = await pair();
  proxy.stall("up");
  client.socket.end("last words");
  await eventually(() => expect(proxy.open).toBe(1));
  proxy.clear();
  await eventually(() => expect([server.got(), server.isEnded()]).toEqual(["last words", true]));
});

it("stall() makes the sender's socket report back pressure", async () => {
  const { client } = await pair();
  proxy.stall("up");
  client.socket.write(Buffer.alloc(32 * 1024 * 1024));
  await new Promise((resolve) => setImmediate(resolve));
  expect(client.socket.writableNeedDrain).toBe(true);
});

it("delay() delays the data", async () => {
  const { client, server } = await pair();
  proxy.delay(120);
  const begin = performance.now();
  client.socket.write("late");
  await eventually(() => expect(server.got()).toBe("late"));
  expect(performance.now() - begin).toBeGreaterThan(115);
});

it("throttle() limits the rate", async () => {
  const { client, server } = await pair();
  proxy.throttle(10_000);
  const begin = performance.now();
  client.socket.write("x".repeat(2_000));
  await eventually(() => expect(server.got()).toHaveLength(2_000));
  expect(performance.now() - begin).toBeGreaterThan(180);
});

it("breakAfter() breaks after exactly that many bytes, also across two connections", async () => {
  const first = await pair();
  let broke = false;
  void proxy.breakAfter("down", 10).then(() => (broke = true));
  first.server.socket.write("12345");
  await eventually(() => expect(first.client.got()).toBe("12345"));
  first.client.socket.destroy();
  const { client, server } = await pair();
  expect(broke).toBe(false);
  server.socket.write("678901234");
  await eventually(() => expect([broke, client.isClosed(), server.error()]).toEqual([true, true, "ECONNRESET"]));
  expect("67890".startsWith(client.got())).toBe(true);
});

it("refuse() rejects new connections until clear()", async () => {
  proxy.refuse();
  const refused = watch(connect({ port: proxy.port, host: "127.0.0.1" }));
  await eventually(() => expect(refused.isClosed()).toBe(true));
  expect(served).toEqual([]);
  proxy.clear();
  const { client, server } = await pair();
  client.socket.write("x");
  await eventually(() => expect(server.got()).toBe("x"));
});
