/** Files on the file share of a real Prosody (XEP-0363), uploaded by another client and fetched by us. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PIXEL, sharing, upload, uploadEncrypted } from "../../../../e2e/peers/file-sender.ts";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import type { Host } from "../../host.ts";
import { Device, WAIT } from "../../testing/device.ts";

describe("received files with Prosody", () => {
  let prosody: Prosody;
  let folder: string;
  let peer: Peer;
  let device: Device;
  beforeAll(async () => {
    prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden" } });
    folder = mkdtempSync(join(tmpdir(), "jackdaw-files-"));
    device = new Device(folder, prosody);
    peer = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: prosody });
    await device.signIn();
  }, 90_000);
  afterAll(async () => {
    await Promise.allSettled([device?.core.stop(), peer?.stop()]);
    await prosody?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const encrypted = (plain: Buffer, name: string, damage?: (sealed: Buffer) => Buffer) =>
    uploadEncrypted(peer, plain, name, damage);
  type Of = { account: typeof device.account.id; id: MessageId; file: number };
  /** Receives a message from Bob. */
  async function arrives(send: () => Promise<unknown>): Promise<Of> {
    const known = new Set((await device.all()).map(({ id }) => id));
    await send();
    const message = await vi.waitFor(async () => {
      const found = (await device.all()).find(({ id }) => !known.has(id));
      expect(found).toBeDefined();
      return found!;
    }, WAIT);
    return { account: message.account, id: message.id, file: 0 };
  }
  const linked = (body: string): Promise<Of> => arrives(() => peer.chat("alice@localhost", body));
  const fetched = (of: Of, automatic = false) => device.core.handlers["attachment.fetch"]({ ...of, automatic });
  const read = async (of: Of, from: number, length: number) =>
    Buffer.from((await device.core.handlers["attachment.read"]({ ...of, from, length })).base64, "base64");
  const save = async (of: Of) => device.core.handlers["attachment.save"](of);
  const files = () => (existsSync(device.host.downloadFolder) ? readdirSync(device.host.downloadFolder) : []);

  it("are shown if they are images", async () => {
    const of = await linked(await encrypted(PIXEL, "pixel.png"));
    expect(await fetched(of)).toEqual({ size: PIXEL.length, type: "image/png", width: 1, height: 1 });
    expect(await read(of, 0, 10_000)).toEqual(PIXEL);
    expect(files()).toEqual([]);
    const text = await linked(await encrypted(Buffer.from("<svg onload=alert(1)>"), "fake.png"));
    expect(await fetched(text)).toMatchObject({ type: "text/plain", width: null });
  }, 60_000);

  it("are saved completely, under a name that is free", async () => {
    const large = randomBytes(5_000_000);
    const of = await linked(await encrypted(large, "large file.bin"));
    const { path } = (await save(of))!;
    expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(
      createHash("sha256").update(large).digest("hex"),
    );
    await save(of);
    expect(files().sort()).toEqual(["large file (2).bin", "large file.bin"]);
    await save(await linked(await encrypted(Buffer.alloc(0), "empty.txt")));
    expect(readFileSync(join(device.host.downloadFolder, "empty.txt"))).toHaveLength(0);
  }, 60_000);

  it("are fetched once: the copy lies encrypted on the disk, and is read in parts, also after a restart", async () => {
    const sound = Buffer.concat([Buffer.from("OggS"), randomBytes(700_000)]);
    const of = await linked(await encrypted(sound, "voice.ogg"));
    const [one, other] = await Promise.all([fetched(of), fetched(of)]);
    expect(one).toEqual({ size: sound.length, type: "audio/ogg", width: null, height: null });
    expect(other).toEqual(one);
    const copies = join(folder, "files");
    const before = readdirSync(copies);
    expect(before.some((name) => readFileSync(join(copies, name)).includes(sound.subarray(0, 64)))).toBe(false);
    expect(await read(of, 480_001, 480_000)).toEqual(sound.subarray(480_001));
    await device.quit();
    await device.startAgain();
    expect(await fetched(of, true)).toEqual(one);
    expect(await read(of, 17, 33)).toEqual(sound.subarray(17, 50));
    expect(readdirSync(copies).sort()).toEqual(before.sort());
    // It is saved from the copy.
    const { path } = (await save(of))!;
    expect(readFileSync(path)).toEqual(sound);
  }, 60_000);

  it("whose copy was changed or removed: are fetched again", async () => {
    const of = await linked(await encrypted(PIXEL, "again.png"));
    const copies = join(folder, "files");
    const known = new Set(readdirSync(copies));
    await fetched(of);
    const [copy] = readdirSync(copies).filter((name) => !known.has(name));
    await device.quit();
    await device.startAgain();
    const path = join(copies, copy!);
    const bytes = readFileSync(path);
    bytes[0]! ^= 1;
    writeFileSync(path, bytes);
    expect(await fetched(of)).toMatchObject({ type: "image/png" });
    expect(existsSync(path)).toBe(false);
    expect(await read(of, 0, 10_000)).toEqual(PIXEL);
  }, 60_000);

  it("are opened from the downloads folder, where they are saved once, in a host that can do that", async () => {
    const of = await linked(await encrypted(Buffer.from("minutes"), "opened.txt"));
    const open = async (how: "open" | "folder") => device.core.handlers["attachment.open"]({ ...of, how });
    await expect(open("open")).rejects.toMatchObject({ code: "forbidden" });
    const opened: string[] = [];
    const host: Host = device.host;
    host.openFile = async (path, how) => void opened.push(`${how} ${readFileSync(path, "utf8")} ${path}`);
    try {
      await open("open");
      await open("folder");
      const path = join(device.host.downloadFolder, "opened.txt");
      expect(opened).toEqual([`open minutes ${path}`, `folder minutes ${path}`]);
      host.openFile = () => Promise.reject(new Error("no program for it"));
      await expect(open("open")).rejects.toMatchObject({ code: "file-not-read" });
    } finally {
      delete host.openFile;
    }
  }, 60_000);

  it("changed on their way: are rejected and leave no file behind", async () => {
    const before = files();
    for (const damage of [
      (bytes: Buffer) => bytes.subarray(0, -1),
      (bytes: Buffer) => (bytes.writeUInt8(bytes[3]! ^ 1, 3), bytes),
    ]) {
      const of = await linked(await encrypted(randomBytes(100_000), "changed.bin", damage));
      await expect(save(of)).rejects.toMatchObject({ code: "file-not-fetched" });
    }
    const gone = await linked(`aesgcm://localhost:${prosody.httpsPort}/file_share/none/x.bin#${"00".repeat(44)}`);
    await expect(save(gone)).rejects.toMatchObject({ code: "file-not-fetched" });
    expect(files()).toEqual(before);
  }, 60_000);

  it("shared in plaintext have a description and a caption, and are verified (XEP-0447)", async () => {
    const url = await upload(peer, PIXEL, "pixel.png");
    const file = { bytes: PIXEL, url, name: "../pixel.png", mediaType: "image/png", sides: [1, 1] as const };
    const of = await arrives(() =>
      peer.send(sharing("alice@localhost", [file, { ...file, bytes: Buffer.from("x") }], "See?")),
    );
    const message = (await device.all()).find(({ id }) => id === of.id);
    expect(message).toMatchObject({
      body: "See?",
      files: [{ name: "_pixel.png", size: PIXEL.length, kind: "picture", width: 1, height: 1, encrypted: false }, {}],
    });
    // Bob is no contact of Alice.
    expect(await fetched(of, true)).toBeNull();
    expect(await fetched(of)).toMatchObject({ type: "image/png" });
    // What is here need not be fetched.
    expect(await fetched(of, true)).toMatchObject({ type: "image/png" });
    await expect(fetched({ ...of, file: 1 })).rejects.toMatchObject({ code: "file-not-fetched" });
    await expect(fetched({ ...of, file: 2 })).rejects.toMatchObject({ code: "not-found" });
    await expect(read({ ...of, file: 1 }, 0, 10)).rejects.toMatchObject({ code: "not-found" });
  }, 60_000);

  it("requests into private networks: are not made, and only addresses in messages can be fetched", async () => {
    for (const host of ["127.0.0.2", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0x7f000002"]) {
      const place = `${host}:${prosody.httpsPort}`;
      for (const link of [`aesgcm://${place}/x.bin#${"00".repeat(44)}`, `https://${place}/x.png`]) {
        await expect(save(await linked(link)), link).rejects.toMatchObject({
          code: "file-not-fetched",
          message: "not in the public internet",
        });
      }
    }
    const text = await linked("no file at all");
    await expect(save(text)).rejects.toMatchObject({ code: "not-found" });
  }, 60_000);
});
