/** A second start on a data folder shows the window of the first, and reveals the secret to nobody. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { prove } from "../../shared/omemo/proof.ts";
import { takeLock, type Lock } from "./lock.ts";
import { addressHost, lockOrRunning } from "./second-start.ts";

let folder: string;
let server: Server;
let port: number;
/** What the server on the port receives and answers. */
let got: string[];
let answer: (body: { nonce: string; proof: string }) => Promise<string>;
let lock: Lock;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-second-"));
  got = [];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      got.push(text);
      answer(JSON.parse(text) as { nonce: string; proof: string }).then(
        (body) => response.end(body),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  const taken = takeLock(folder, "browser");
  if (!("lock" in taken)) throw new Error("held");
  ({ lock } = taken);
});
afterEach(async () => {
  lock.release();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const genuine = async (
  { nonce }: { nonce: string },
  address = `http://${addressHost(port)}/#token=abc`,
): Promise<string> =>
  JSON.stringify({ address, proof: await prove(lock.secret, "running", [addressHost(port), nonce, address]) });

it("takes the lock when it is free", async () => {
  lock.release();
  const first = await lockOrRunning(folder, "browser", 1);
  if (!("lock" in first)) throw new Error("not taken");
  first.lock.release();
});

it("gets a new address from the holder of the lock for each request", async () => {
  lock.announce(port);
  answer = (body) => genuine(body);
  const second = await lockOrRunning(folder, "browser", 1);
  if (!("running" in second)) throw new Error("not running");
  expect(await second.address()).toBe(`http://${addressHost(port)}/#token=abc`);
  expect(got).toHaveLength(2);
  expect(got[0]).not.toBe(got[1]);
});

it.each([
  ["no proof", async () => JSON.stringify({ address: "http://127.0.0.1:1/#token=evil" })],
  [
    "the proof that it was sent",
    async ({ proof }: { proof: string }) => JSON.stringify({ address: "http://127.0.0.1:1/#token=evil", proof }),
  ],
  [
    "another address than the proven one",
    async (body: { nonce: string }) => (await genuine(body)).replace("abc", "evil"),
  ],
  ["invalid JSON", async () => "{"],
  ["a JSON value that is not an object", async () => "null"],
  ["an endless answer", async () => "x".repeat(100_000)],
])("rejects a server that answers with %s, and never sends it the secret", async (_what, wrong) => {
  lock.announce(port);
  answer = wrong as typeof answer;
  expect(await lockOrRunning(folder, "browser", 2)).toMatchObject({ silent: { pid: process.pid } });
  expect(got).toHaveLength(2);
  expect(got.join()).not.toContain(lock.secret);
});

it("waits for a holder that is still starting", async () => {
  answer = (body) => genuine(body);
  // The server is announced before the second attempt.
  const second = lockOrRunning(folder, "browser", 50);
  lock.announce(port);
  expect(await second).toMatchObject({ running: { port } });
});

it("takes over from a holder that exits during the request", async () => {
  lock.announce(port);
  answer = async () => {
    lock.release();
    throw new Error("gone");
  };
  const second = await lockOrRunning(folder, "browser", 50);
  if (!("lock" in second)) throw new Error("not taken");
  second.lock.release();
});

it("reports no answer when the holder of the lock is unknown", async () => {
  writeFileSync(join(folder, "lock"), "{");
  expect(await lockOrRunning(folder, "browser", 2)).toEqual({ silent: null });
});

it("recognizes the desktop program, which has no address, without waiting", async () => {
  lock.release();
  const desktop = takeLock(folder, "desktop");
  expect(await lockOrRunning(folder, "browser", 50)).toMatchObject({ silent: { host: "desktop" } });
  if ("lock" in desktop) desktop.lock.release();
});
