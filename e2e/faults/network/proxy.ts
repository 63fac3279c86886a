/**
 * A TCP proxy on loopback that simulates the network between Jackdaw and its server: it cuts, half-closes, stalls,
 * delays, throttles, and breaks after a number of bytes. `up` is from client to server.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createLane, goodLine, type Lane, type LineState } from "./lane.ts";

export type Direction = "up" | "down";
export type Side = "client" | "server";

export interface FaultProxy {
  readonly port: number;
  /** Number of open connections. */
  readonly open: number;
  /** Resets every connection (RST) on both sides. @returns their number */
  cut(): number;
  /** Ends the stream towards one side (FIN), which may go on sending. */
  halfClose(side: Side): void;
  /** Holds everything in this direction, also the end of the stream, until `clear` or `cut`. */
  stall(direction: Direction): void;
  /** @param ms extra latency in both directions */
  delay(ms: number): void;
  /** @param rate bytes a second in each direction */
  throttle(rate: number): void;
  /** Breaks the connection that forwards the last of this many bytes. Resolves when that has happened. */
  breakAfter(direction: Direction, bytes: number): Promise<void>;
  /** Resets new connections at once. */
  refuse(): void;
  /** Back to normal; held bytes are forwarded. */
  clear(): void;
  close(): Promise<void>;
}

interface Link {
  client: Socket;
  server: Socket;
  lanes: Lane[];
  destroy(): void;
}

/** @param target port of the server, on loopback */
export async function startProxy(target: number): Promise<FaultProxy> {
  const links = new Set<Link>();
  const lines: Record<Direction, LineState> = { up: goodLine(), down: goodLine() };
  let refusing = false;

  function accept(client: Socket): void {
    client.on("error", () => undefined);
    if (refusing) return void client.resetAndDestroy();
    const server = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true });
    server.on("error", () => undefined);
    for (const socket of [client, server]) socket.setNoDelay(true);
    const lanes: Lane[] = [];
    const link: Link = {
      client,
      server,
      lanes,
      destroy() {
        links.delete(link);
        for (const lane of lanes) lane.close();
        for (const socket of [client, server]) if (!socket.destroyed) socket.resetAndDestroy();
      },
    };
    lanes.push(
      createLane(client, server, lines.up, link.destroy),
      createLane(server, client, lines.down, link.destroy),
    );
    links.add(link);
    client.on("close", () => gone(link, client, "up"));
    server.on("close", () => gone(link, server, "down"));
  }

  /** A side that breaks off ends the other too, unless a stalled line still hides it. */
  function gone(link: Link, side: Socket, direction: Direction): void {
    const inOrder = side.readableEnded && !(link.client.destroyed && link.server.destroyed);
    if (!inOrder && !lines[direction].stalled) link.destroy();
  }

  const listener = createServer({ allowHalfOpen: true }, accept);
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen({ port: 0, host: "127.0.0.1" }, resolve);
  });

  function cut(): number {
    const all = [...links];
    for (const link of all) link.destroy();
    return all.length;
  }

  return {
    port: (listener.address() as AddressInfo).port,
    get open() {
      return links.size;
    },
    cut,
    halfClose(side) {
      for (const link of links) link[side].end();
    },
    stall(direction) {
      lines[direction].stalled = true;
    },
    delay(ms) {
      for (const line of Object.values(lines)) line.delay = ms;
    },
    throttle(rate) {
      for (const line of Object.values(lines)) line.rate = rate;
    },
    breakAfter(direction, bytes) {
      return new Promise((broken) => Object.assign(lines[direction], { breaksAfter: bytes, broken }));
    },
    refuse() {
      refusing = true;
    },
    clear() {
      refusing = false;
      for (const line of Object.values(lines)) Object.assign(line, goodLine());
      for (const link of [...links]) {
        for (const lane of link.lanes) lane.look();
        for (const side of [link.client, link.server]) if (side.destroyed && !side.readableEnded) link.destroy();
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
