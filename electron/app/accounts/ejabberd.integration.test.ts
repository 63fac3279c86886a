/** The archive of ejabberd, whose pages, ids and stamps differ from Prosody's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { Device, WAIT } from "../testing/device.ts";

let server: Ejabberd;
const folders: string[] = [];
const devices: Device[] = [];

async function device(): Promise<Device> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-ejabberd-"));
  folders.push(folder);
  const made = new Device(folder, server);
  devices.push(made);
  await made.signIn();
  await made.caughtUp();
  return made;
}

beforeAll(async () => {
  server = await startEjabberd();
  await server.register("alice", "secret");
  await server.register("bob", "hidden");
});
afterAll(async () => {
  await Promise.all(devices.map((one) => one.core.stop()));
  await server?.remove();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

it("loads the whole archive in order on a new device, and missed messages on a device that was offline", async () => {
  const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `text ${from + n}`);
  const first = await device();
  for (const text of texts(0, 120)) await first.send(text);
  await vi.waitFor(
    async () => expect((await first.all()).filter((one) => one.delivery === "sent")).toHaveLength(120),
    WAIT,
  );
  const second = await device();
  await vi.waitFor(async () => expect(await second.bodies()).toEqual(texts(0, 120)), WAIT);
  await second.quit();
  for (const text of texts(120, 200)) await first.send(text);
  await vi.waitFor(
    async () => expect((await first.all()).filter((one) => one.delivery === "sent")).toHaveLength(200),
    WAIT,
  );
  await second.startAgain();
  await vi.waitFor(async () => expect(await second.bodies()).toEqual(texts(0, 200)), WAIT);
  await first.send("live");
  await vi.waitFor(async () => expect((await second.bodies()).at(-1)).toBe("live"), WAIT);
});
