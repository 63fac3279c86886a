/** Files that are sent over a real Prosody: staged, uploaded, sent, and read by another client. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import { startProsody, type Prosody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { ALICE, BOB, Device, WAIT } from "../../testing/device.ts";

const bob = "bob@localhost" as BareJid;
const PIECE = 300_000;
const THUMBNAIL = "data:image/thumbhash;base64,3OcRJYB4d3h/iIeHeEh3eIhw+j2w";

describe("files that are sent over Prosody", () => {
  let prosody: Prosody;
  let folders: string[];
  let alice: Device;
  let other: Device;
  beforeAll(async () => {
    prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden" } });
    await befriend(prosody, ALICE, BOB);
    folders = ["alice", "bob"].map((name) => mkdtempSync(join(tmpdir(), `jackdaw-${name}-`)));
    alice = new Device(folders[0]!, prosody);
    other = new Device(folders[1]!, prosody, BOB);
    await Promise.all([alice.signIn(), other.signIn()]);
    await Promise.all([alice.caughtUp(), other.caughtUp()]);
    const key = { account: alice.account.id, jid: bob };
    await alice.core.handlers["chat.open"](key);
    // The first tests send in the clear.
    await vi.waitFor(() => expect(alice.chat()).toMatchObject({ encryption: "omemo", canEncrypt: true }), WAIT);
    await alice.core.handlers["chat.setEncryption"]({ ...key, encryption: "none" });
  }, 120_000);
  afterAll(async () => {
    await Promise.allSettled([alice?.core.stop(), other?.core.stop()]);
    await prosody?.remove();
    for (const folder of folders ?? []) rmSync(folder, { recursive: true, force: true });
  });

  const copies = () => {
    const folder = join(folders[0]!, "outgoing");
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  async function stage(bytes: Buffer, name: string) {
    const { handlers } = alice.core;
    const { token } = await handlers["file.begin"]({ account: alice.account.id, size: bytes.length });
    for (let at = 0; at < bytes.length; at += PIECE)
      await handlers["file.append"]({ token, base64: bytes.subarray(at, at + PIECE).toString("base64") });
    await handlers["file.finish"]({ token });
    return { token, name, mediaType: "image/png", width: 3, height: 4, thumbnail: THUMBNAIL };
  }
  const send = async (files: Awaited<ReturnType<typeof stage>>[], encryption: Encryption = "none", body = "") =>
    alice.core.handlers["message.send"]({ account: alice.account.id, jid: bob, body, encryption, files });
  const arrived = (fits: (message: Message) => boolean) =>
    vi.waitFor(async () => {
      const found = (await other.all()).find(fits);
      expect(found).toBeDefined();
      return found!;
    }, WAIT);

  it("arrive as one message with their addresses; the text comes behind them", async () => {
    const files = [await stage(randomBytes(1000), "a.png"), await stage(randomBytes(10), "b.png")];
    const last = await send(files, "none", "two pictures");
    expect(last.body).toBe("two pictures");
    const { body, files: found } = await arrived((one) => one.files.length > 0);
    expect([body, found.map(({ name }) => name)]).toEqual(["", ["a.png", "b.png"]]);
    expect(found[0]).toMatchObject({
      size: 1000,
      type: "image/png",
      kind: "picture",
      width: 3,
      height: 4,
      thumbnail: THUMBNAIL,
    });
    await arrived((one) => one.body === "two pictures");
    await vi.waitFor(
      async () => expect((await alice.all()).map(({ delivery }) => delivery)).not.toContain("pending"),
      WAIT,
    );
    const ours = (await alice.all()).find(({ files: shared }) => shared.length > 0)!;
    expect([ours.failure, ours.body, ours.files]).toEqual([null, "", found]);
    expect(copies()).toEqual([]);
  }, 60_000);

  it("continue after a restart in the middle", async () => {
    const bytes = randomBytes(5_000_000);
    const file = await stage(bytes, "large.png");
    const { id, files, delivery } = await send([file]);
    // It is there at once, and nobody can fetch it yet.
    expect([files, delivery]).toMatchObject([[{ name: "large.png", host: null }], "pending"]);
    await alice.quit();
    expect(copies()).toHaveLength(1);
    await alice.startAgain();
    const { files: found } = await arrived((one) => one.files[0]?.name === "large.png");
    await vi.waitFor(() => expect(alice.host.messages.get(id)?.files).toEqual(found), WAIT);
    expect(copies()).toEqual([]);
  }, 60_000);

  it("arrive encrypted in an encrypted chat, each in a message of its own, and can be saved", async () => {
    const bytes = randomBytes(1_000_000);
    await send([await stage(bytes, "secret.png"), await stage(Buffer.from("x"), "other.txt")], "omemo");
    const named = (name: RegExp) => arrived(({ files }) => files.length === 1 && name.test(files[0]!.name));
    const large = await named(/^[0-9a-f]{16}\.png$/);
    expect(large.files[0]).toMatchObject({ encrypted: true });
    await named(/^[0-9a-f]{16}\.txt$/);
    const saved = await other.core.handlers["attachment.save"]({ account: large.account, id: large.id, file: 0 });
    expect(readFileSync(saved!.path).equals(bytes)).toBe(true);
    expect(copies()).toEqual([]);
  }, 90_000);

  it("above the server's limit are refused before a byte is staged", async () => {
    const args = { account: alice.account.id, size: 17 * 1024 * 1024 };
    await expect(alice.core.handlers["file.begin"](args)).rejects.toMatchObject({ code: "file-too-large" });
    expect(copies()).toEqual([]);
  }, 30_000);

  it("that were not sent are removed at the next start", async () => {
    await stage(randomBytes(100), "never.png");
    expect(copies()).toHaveLength(1);
    await alice.quit();
    await alice.startAgain();
    expect(copies()).toEqual([]);
  }, 60_000);
});
