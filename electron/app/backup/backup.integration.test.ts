/** Exporting and importing a backup with a real Prosody: another installation continues where the first one ended. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import { Device, WAIT } from "../testing/device.ts";
import type { Handlers } from "../host.ts";

const bob = "bob@localhost" as BareJid;
const alice = "alice@localhost" as BareJid;
const passphrase = "a passphrase to remember";

describe("backup with Prosody", () => {
  let prosody: Prosody;
  let folder: string;
  let peer: Peer;
  let old: Device;
  let next: Device;
  let file: string;

  beforeAll(async () => {
    prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden" } });
    folder = mkdtempSync(join(tmpdir(), "jackdaw-backup-"));
    const device = (name: string) => {
      mkdirSync(join(folder, name));
      return new Device(join(folder, name), prosody);
    };
    [old, next] = [device("old"), device("next")];
    peer = await connectPeer({ jid: "bob@localhost", password: "hidden", resource: "desk", server: prosody });
    await old.signIn();
    for (let number = 1; number <= 20; number++) await peer.chat("alice@localhost", `message ${number}`);
    await vi.waitFor(() => expect(old.chat()?.last?.text).toBe("message 20"), WAIT);
    await old.core.handlers["chat.setPinned"]({ account: old.account.id, jid: bob, pinned: true });
  });
  afterAll(async () => {
    await Promise.allSettled([old?.core.stop(), next?.core.stop(), peer?.stop()]);
    await prosody?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Fingerprint of this installation's device. */
  const deviceOf = async (of: Device) => {
    const { devices } = await on(of, "device.list")({ account: of.account.id, jid: alice });
    return devices.find(({ own }) => own)?.fingerprint;
  };
  const on = <N extends keyof Handlers>(device: Device, name: N): Handlers[N] => device.core.handlers[name];
  const restore = (name: string, omemo: "take-over" | "leave-out" = "leave-out", phrase = passphrase) =>
    on(next, "backup.import")({ file: name, passphrase: phrase, omemo });
  const fileIn = (device: Device, name: string) => join(device.host.backupFolder, name);

  it("is written during normal operation, verified, and reports its progress", async () => {
    await vi.waitFor(async () => expect(await deviceOf(old)).toBeDefined(), WAIT);
    const made = await on(old, "backup.export")({ account: old.account.id, passphrase });
    expect(made).toMatchObject({ counts: { chats: 1, messages: 20 } });
    expect(readdirSync(old.host.backupFolder)).toHaveLength(1);
    expect(new Set(old.host.progress.map(({ phase }) => phase))).toEqual(new Set(["writing", "verifying"]));
    const { files, chooses } = await on(old, "backup.list")({});
    expect([files.length, chooses]).toEqual([1, false]);
    file = files[0]!.file;
    expect(file).toMatch(/^alice@localhost \d{4}-\d\d-\d\d\.jackdaw-backup$/);
    const again = await on(old, "backup.export")({ account: old.account.id, passphrase });
    expect(again!.path).not.toBe(made!.path);
    await vi.waitFor(() => expect(old.account.connection.state).toBe("online"), WAIT);
  });

  it("runs one at a time, and can be cancelled", async () => {
    const first = on(old, "backup.export")({ account: old.account.id, passphrase });
    await expect(
      Promise.resolve(on(old, "backup.export")({ account: old.account.id, passphrase })),
    ).rejects.toMatchObject({ code: "busy" });
    await on(old, "backup.cancel")({});
    expect(await first).toBeNull();
    expect(readdirSync(old.host.backupFolder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("is rejected with a reason and without any change if it is invalid", async () => {
    await next.core.start();
    mkdirSync(next.host.backupFolder, { recursive: true });
    const good = readFileSync(fileIn(old, file));
    const bad = Buffer.from(good);
    bad[bad.length - 30]! ^= 1;
    const newer = Buffer.from(good);
    newer[15] = 2;
    const files = { "damaged-backup": bad, "not-a-backup": Buffer.from("hello"), "newer-backup": newer };
    for (const [code, bytes] of Object.entries(files)) writeFileSync(fileIn(next, `${code}.jackdaw-backup`), bytes);
    copyFileSync(fileIn(old, file), fileIn(next, file));
    await expect(Promise.resolve().then(() => on(next, "backup.inspect")({ file, passphrase }))).rejects.toMatchObject({
      code: "not-found",
    });
    await on(next, "backup.list")({});
    for (const code of Object.keys(files)) {
      await expect(Promise.resolve(restore(`${code}.jackdaw-backup`)), code).rejects.toMatchObject({ code });
    }
    await expect(Promise.resolve(restore(file, "leave-out", "another passphrase"))).rejects.toMatchObject({
      code: "wrong-passphrase",
    });
    await expect(Promise.resolve().then(() => restore("../old/jackdaw.db"))).rejects.toMatchObject({
      code: "not-found",
    });
    rmSync(fileIn(next, "not-a-backup.jackdaw-backup"));
    await expect(Promise.resolve(restore("not-a-backup.jackdaw-backup"))).rejects.toMatchObject({
      code: "file-not-read",
    });
    expect(next.host.accounts.size).toBe(0);
    expect((await on(next, "chat.page")({ limit: 10 })).chats).toEqual([]);
  });

  it("contains everything; another installation connects with it and receives the missed messages", async () => {
    const { account } = old;
    const device = await deviceOf(old);
    await old.quit();
    await peer.chat("alice@localhost", "while nobody was there");
    expect(await on(next, "backup.inspect")({ file, passphrase })).toMatchObject({
      jid: "alice@localhost",
      counts: { messages: 20 },
      isHere: false,
    });
    const restored = await restore(file, "take-over");
    expect(restored).toMatchObject({
      added: 20,
      device: "taken",
      account: { jid: "alice@localhost", advanced: account.advanced, pinnedFingerprint: account.pinnedFingerprint },
    });
    expect(next.account.id).not.toBe(account.id);
    await next.caughtUp();
    const expected = [...Array.from({ length: 20 }, (_, index) => `message ${index + 1}`), "while nobody was there"];
    await vi.waitFor(async () => expect(await next.bodies()).toEqual(expected), WAIT);
    expect((await on(next, "chat.page")({ limit: 10 })).chats).toMatchObject([{ jid: bob, pinned: true }]);
    expect(device).toMatch(/^[0-9a-f]{64}$/);
    expect(await deviceOf(next)).toBe(device);
  });

  it("adds nothing when it is imported again", async () => {
    const before = await next.bodies();
    expect(await on(next, "backup.inspect")({ file, passphrase })).toMatchObject({ isHere: true });
    expect(await restore(file)).toMatchObject({ added: 0 });
    await next.caughtUp();
    expect(await next.bodies()).toEqual(before);
    await peer.chat("alice@localhost", "after all that");
    await vi.waitFor(async () => expect(await next.bodies()).toEqual([...before, "after all that"]), WAIT);
  });
});
