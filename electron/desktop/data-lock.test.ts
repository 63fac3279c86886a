/** Both hosts on one data folder: the second start shows the window of the first. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { prove } from "../../shared/omemo/proof.ts";
import { takeLock } from "../data-folder/lock.ts";
import { lockDataFolder } from "./data-lock.ts";

let folder: string;
let quit: (() => void) | undefined;
const openExternal = vi.fn(async () => undefined);
const showErrorBox = vi.fn();
const electron = {
  app: {
    getPath: () => folder,
    getLocale: () => "de-DE",
    once: (_name: string, handler: () => void) => (quit = handler),
  },
  shell: { openExternal },
  dialog: { showErrorBox },
} as unknown as Parameters<typeof lockDataFolder>[0];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-desktop-lock-"));
  vi.clearAllMocks();
});
afterEach(() => rmSync(folder, { recursive: true }));

it("holds the data folder from start to quit", async () => {
  expect(await lockDataFolder(electron)).toBe(true);
  expect(takeLock(folder, "browser")).toMatchObject({ heldBy: { host: "desktop", pid: process.pid } });
  quit!();
  const next = takeLock(folder, "browser");
  expect("lock" in next).toBe(true);
  if ("lock" in next) next.lock.release();
});

it("opens the window of a browser host that holds the folder, and exits", async () => {
  const taken = takeLock(folder, "browser");
  if (!("lock" in taken)) throw new Error("held");
  const { lock } = taken;
  const address = "http://127.0.0.1:1/#token=abc";
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const { nonce } = JSON.parse(text) as { nonce: string };
      void prove(lock.secret, "running", [request.headers.host!, nonce, address]).then((proof) =>
        response.end(JSON.stringify({ address, proof })),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  lock.announce((server.address() as AddressInfo).port);
  expect(await lockDataFolder(electron)).toBe(false);
  expect(openExternal).toHaveBeenCalledExactlyOnceWith(address);
  server.close();
  server.closeAllConnections();
  lock.release();
});

it("reports that another process holds the folder and has no address", async () => {
  const taken = takeLock(folder, "desktop");
  expect(await lockDataFolder(electron)).toBe(false);
  expect(showErrorBox.mock.calls[0]![1]).toContain(`(Prozess ${process.pid})`);
  expect(openExternal).not.toHaveBeenCalled();
  if ("lock" in taken) taken.lock.release();
});
