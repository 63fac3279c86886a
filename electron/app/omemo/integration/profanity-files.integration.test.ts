/** Encrypted files (XEP-0454) with Profanity over a real Prosody: each has what the other sends, byte for byte. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Profanity } from "../../../../e2e/peers/profanity.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const world = new OmemoWorld();
let folder: string;
let device: EncryptingDevice;
let other: Profanity;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-files-"));
  await world.start(["bob"]);
  [device, other] = await Promise.all([world.jackdaw(), world.profanity("bob")]);
  await device.encryptsFor(bob);
  await other.omemoWith(alice, [(await device.own()).id]);
}, 120_000);
afterAll(async () => {
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

it("Profanity receives an address with the key, and saves the file", async () => {
  const bytes = randomBytes(50_000);
  const { handlers } = device.core;
  const { token } = await handlers["file.begin"]({ account: device.account.id, size: bytes.length });
  await handlers["file.append"]({ token, base64: bytes.toString("base64") });
  await handlers["file.finish"]({ token });
  const files = [{ token, name: "a.bin", mediaType: "application/octet-stream" }];
  await handlers["message.send"]({ account: device.account.id, jid: bob, body: "", encryption: "omemo", files });
  const url = await vi.waitFor(async () => {
    const found = (await other.messages(alice)).find(({ body }) => body.startsWith("aesgcm://"));
    expect(found).toMatchObject({ encryption: "omemo" });
    return found!.body;
  }, WAIT);
  const path = join(folder, "received.bin");
  await other.saveUrl(url, path);
  await vi.waitFor(() => expect(readFileSync(path).equals(bytes)).toBe(true), WAIT);
}, 60_000);

it("a file that Profanity sends is one here, too", async () => {
  const bytes = randomBytes(70_000);
  const path = join(folder, "sent.bin");
  writeFileSync(path, bytes);
  await other.sendFile(alice, path);
  const message = await vi.waitFor(async () => {
    const found = (await device.all(bob)).find(({ direction, files }) => direction === "in" && files.length > 0);
    expect(found).toMatchObject({ body: "", files: [{ encrypted: true }], protection: { kind: "omemo" } });
    return found!;
  }, WAIT);
  const key = { account: device.account.id, id: message.id, file: 0 };
  expect(await device.core.handlers["attachment.fetch"]({ ...key, automatic: false })).toMatchObject({
    size: bytes.length,
  });
  const { base64 } = await device.core.handlers["attachment.read"]({ ...key, from: 0, length: 480_000 });
  expect(Buffer.from(base64, "base64").equals(bytes)).toBe(true);
}, 60_000);
