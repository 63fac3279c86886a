/** Free TCP ports on loopback for test servers. */
import { createServer } from "node:net";

/**
 * Below the range from which the system takes ports for outgoing connections, so that a port found free stays
 * free until the server opens it, unless another test run draws the same number (the caller then tries again).
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @returns `count` different ports on which nobody listens */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}
