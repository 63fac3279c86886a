import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DecryptionProblem } from "../../../shared/model/encryption.ts";
import { messageSchema } from "../../../shared/model/message.ts";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { ArchiveEntry, Decrypted, StoredProtection } from "../../model/message.ts";
import type { OmemoChange } from "../contract/omemo.ts";
import {
  alice,
  archivedText,
  archivePage,
  bob,
  fixture,
  incoming,
  me,
  myJid,
  other,
  T,
  type Fixture,
} from "../testing/store.ts";
import { outgoing, sendText } from "../testing/outbox.ts";

const omemo = (problem: DecryptionProblem | null = null, device = 5): StoredProtection => ({
  kind: "omemo",
  device,
  trust: "trusted",
  problem,
});
const failed = { body: "", protection: omemo("no-session") };

describe("the protection of messages", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const key = { account: me, jid: alice };
  const protections = async () =>
    (await f.store.read("messages.page", { ...key, before: null, limit: 100 })).messages.map(
      ({ protection }) => protection,
    );
  const listed = (...ids: number[]) =>
    f.store.write({ op: "omemo.listed", args: { ...key, devices: ids.map((id) => ({ id, label: null })), now: T } });
  const choose = (encryption: "none" | "omemo") =>
    f.store.write({ op: "chat.setEncryption", args: { ...key, encryption } });
  const queue = (encryption: "none" | "omemo", originId = "o1") =>
    sendText(f.store, outgoing("mine", originId, { encryption }));
  const plain = (unexpected: boolean) => ({ kind: "none", unexpected });

  it("is stored with each, across a restart", async () => {
    const read = await f.receive({ protection: omemo() });
    const unread = await f.receive({ ...failed, sentAt: T + 1 });
    if (read.duplicate || unread.duplicate) throw new Error("a first message is no duplicate");
    expect(read.message.protection).toEqual(omemo());
    expect(unread.message.protection).toEqual(omemo("no-session"));
    expect(unread.chat.last).toMatchObject({ text: "", problem: "no-session" });
    expect(read.chat.last).toMatchObject({ text: "hello", problem: null });
    await f.reopen();
    const { messages } = await f.store.read("messages.page", { ...key, before: null, limit: 100 });
    expect(messages).toEqual([read.message, unread.message]);
    expect(messages.map((one) => messageSchema.parse(one))).toEqual(messages);
  });

  it("names an encryption that we do not support, over a restart", async () => {
    const named = { kind: "unreadable" as const, reason: "encrypted" as const, method: "OTR" };
    const unnamed = { kind: "unreadable" as const, reason: "encrypted" as const };
    await f.receive({ body: "", protection: named });
    await f.receive({ body: "", protection: unnamed, sentAt: T + 1 });
    await f.reopen();
    expect(await protections()).toEqual([named, unnamed]);
    expect((await f.store.read("chat.get", key))!.last).toMatchObject({ text: "", problem: "encrypted" });
  });

  it("is known for waiting messages, and includes our sending device", async () => {
    await f.store.write({
      op: "omemo.apply",
      args: {
        account: me,
        changes: [
          { kind: "own", own: { id: 77, identity: { publicKey: new Uint8Array(33), privateKey: new Uint8Array(32) } } },
        ],
        now: T,
      },
    });
    const { message } = await queue("omemo");
    await queue("none", "o2");
    expect(message.protection).toEqual({ kind: "omemo", device: null, trust: null, problem: null });
    expect((await f.store.read("outbox.pending", { account: me })).map(({ encryption }) => encryption)).toEqual([
      "omemo",
      "none",
    ]);
    for (const originId of ["o1", "o2"])
      await f.store.write({ op: "outbox.tried", args: { account: me, originId, now: T } });
    const [acked] = await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["o1", "o2"] } });
    expect(acked.messages.map(({ protection }) => protection)).toEqual([
      { kind: "omemo", device: 77, trust: null, problem: null },
      plain(false),
    ]);
    await f.store.write({
      op: "outbox.failed",
      args: { account: me, chat: alice, originId: "o1", condition: "gone", text: "", waiting: false },
    });
    const [again] = await f.store.write({ op: "outbox.retry", args: { account: me, id: message.id, originId: "o3" } });
    expect(again!.message.protection).toEqual(message.protection);
    expect(await f.store.read("outbox.pending", { account: me })).toMatchObject([
      { originId: "o3", encryption: "omemo" },
    ]);
  });

  it("stays encryption once we have written encrypted, even if the contact's device list becomes empty", async () => {
    await listed(5);
    await queue("omemo");
    await listed();
    expect(await f.store.read("chat.get", key)).toMatchObject({ encryption: "omemo", canEncrypt: false });
    await choose("none");
    expect(await f.store.read("chat.get", key)).toMatchObject({ encryption: "none" });
  });

  describe("plaintext in an encrypted chat", () => {
    it("is marked once the chat contains an encrypted message", async () => {
      await listed(5);
      await f.receive({ body: "before" });
      await f.receive({ protection: omemo(), sentAt: T + 1 });
      await f.receive({ body: "after", sentAt: T + 2 });
      expect(await protections()).toEqual([plain(false), omemo(), plain(true)]);
    });
    it("is marked in a carbon of another device of ours, because our server could have forged it", async () => {
      await listed(5);
      await f.receive({ from: myJid, chat: alice, body: "before" });
      await f.receive({ protection: omemo(), sentAt: T + 1 });
      await f.receive({ from: myJid, chat: alice, body: "after", sentAt: T + 2 });
      await f.receive({ from: myJid, chat: alice, body: "a correction", replaces: "m1", sentAt: T + 3 });
      expect(await protections()).toEqual([plain(false), omemo(), plain(true), plain(true)]);
    });
    it("is marked once the user chose encryption, even if the contact has no devices", async () => {
      await f.receive({ body: "before" });
      await choose("omemo");
      await f.receive({ body: "after", sentAt: T + 2 });
      expect(await protections()).toEqual([plain(false), plain(true)]);
    });
    it("is not marked if the user, the settings or missing devices turned encryption off", async () => {
      await f.receive({ protection: omemo() });
      await f.receive({ body: "no devices", sentAt: T + 1 });
      await listed(5);
      await choose("none");
      await f.receive({ body: "user", sentAt: T + 2 });
      await f.receive({ account: other, protection: omemo() });
      await f.store.write({ op: "settings.set", args: { ...defaultSettings, encryptByDefault: false } });
      await f.store.write({
        op: "omemo.listed",
        args: { account: other, jid: alice, devices: [{ id: 5, label: null }], now: T },
      });
      const off = await f.receive({ account: other, body: "settings", sentAt: T + 3 });
      expect(await protections()).toEqual([omemo(), plain(false), plain(false)]);
      expect(off).toMatchObject({ message: { protection: plain(false) } });
    });
  });

  describe("two copies, one of which is unreadable", () => {
    it("are merged by archive id, origin-id, or `id` attribute and sender: the readable one stays", async () => {
      for (const ids of [{ archiveId: "a" }, { originId: "o" }, { messageId: "s" }]) {
        await f.receive({ protection: omemo(), ...ids });
        expect(await f.receive({ ...failed, ...ids })).toEqual({ duplicate: true });
      }
      expect(await f.bodies()).toEqual(["hello", "hello", "hello"]);
    });
    it("are merged, and the unreadable one is repaired in place", async () => {
      for (const ids of [{ archiveId: "a" }, { originId: "o" }, { messageId: "s" }]) {
        const first = await f.receive({ ...failed, ...ids });
        await f.receive({ body: "between", sentAt: T + 1 });
        const second = await f.receive({ body: "now", protection: omemo(), sentAt: T + 9, ...ids });
        if (first.duplicate || second.duplicate) throw new Error("not a duplicate");
        expect(second.message).toEqual({
          ...first.message,
          body: "now",
          reactable: !("archiveId" in ids),
          protection: omemo(),
        });
        expect(second.chat.unread).toBe((await f.chat())!.unread);
        expect(await f.receive({ body: "now", protection: omemo(), ...ids })).toEqual({ duplicate: true });
      }
      expect(await f.bodies()).toEqual(["now", "between", "now", "between", "now", "between"]);
    });
    it("are kept apart if another sender or, without an origin-id, another device wrote them", async () => {
      await f.receive({ ...failed, messageId: "1" });
      expect(await f.receive({ protection: omemo(null, 6), messageId: "1" })).toMatchObject({ duplicate: false });
      expect(await f.receive({ protection: omemo(), messageId: "1", chat: alice, from: bob })).toMatchObject({
        duplicate: false,
      });
      // Both are readable and differ: a client that counts from 1.
      expect(await f.receive({ body: "other", protection: omemo(null, 6), messageId: "1" })).toMatchObject({
        duplicate: false,
      });
      expect(await f.bodies()).toEqual(["", "hello", "hello", "other"]);
    });
    it("with forged plaintext under the id of an encrypted message: it never replaces the text", async () => {
      await f.receive({ ...failed, originId: "o", archiveId: "a" });
      expect(await f.receive({ body: "forged", originId: "o" })).toEqual({ duplicate: true });
      expect(await f.receive({ body: "forged", archiveId: "a" })).toEqual({ duplicate: true });
      expect(await protections()).toEqual([omemo("no-session")]);
      expect(await f.bodies()).toEqual([""]);
    });
    it("are merged if we wrote it, and the archive returns what this device cannot decrypt", async () => {
      await queue("omemo");
      expect(
        await f.receive({ chat: alice, from: myJid, body: "", protection: omemo("own-device", 77), messageId: "o1" }),
      ).toEqual({ duplicate: true });
      expect(await f.bodies()).toEqual(["mine"]);
    });
  });

  it("are reported as known in the order of the query", async () => {
    await f.store.write(
      incoming({ protection: omemo(), originId: "o", archiveId: "a" }),
      incoming({ protection: omemo(), messageId: "s" }),
      incoming({ ...failed, originId: "f", archiveId: "fa" }),
      incoming({ body: "plain", messageId: "p" }),
    );
    const of = (more: Partial<Record<"originId" | "messageId" | "archiveId", string>>, from = alice, chat = alice) =>
      incoming({ ...more, from, chat }).args.inbound;
    const known = await f.store.read("messages.known", {
      account: me,
      of: [
        of({}),
        of({ archiveId: "a" }),
        of({ archiveId: "new", originId: "o" }),
        of({ originId: "o" }, bob),
        of({ messageId: "s" }),
        of({ archiveId: "a" }, bob, bob),
        // An unreadable one may be readable in another copy, but not in the same.
        of({ originId: "f" }),
        of({ archiveId: "fa", originId: "f" }),
        of({ messageId: "p" }),
      ],
    });
    expect(known).toEqual([null, "archive-id", "token", null, "token", null, null, "archive-id", null]);
  });

  describe("protection in a page of the archive", () => {
    const entry = (
      archiveId: string,
      stamp: number,
      body: string,
      protection: StoredProtection,
      originId: string | null = null,
    ) => archivedText(archiveId, stamp, { body, protection, originId });
    const page = (entries: ArchiveEntry<Decrypted>[], changes: OmemoChange[] = [], span?: number) =>
      archivePage(f.store, null, entries, { changes, now: T, ...(span === undefined ? {} : { span }) });
    const session: OmemoChange = { kind: "session", jid: alice, device: 5, record: new Uint8Array([1, 2, 3]) };
    const record = () => f.store.read("omemo.session", { ...key, device: 5 });
    beforeEach(
      async () =>
        void (await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T + 1000 } })),
    );

    it("is stored, and plaintext is marked from the first encrypted message on", async () => {
      await listed(5);
      await page([
        entry("3", T + 3, "three", omemo()),
        entry("4", T + 4, "four", { kind: "none" }),
        entry("5", T + 5, "", omemo("malformed")),
      ]);
      // Pages arrive newest first: messages older than all encrypted ones are not marked.
      await page([entry("1", T + 1, "one", { kind: "none" }), entry("2", T + 2, "two", { kind: "none" })]);
      await f.receive({ body: "live", sentAt: T + 2000 });
      expect(await f.bodies()).toEqual(["one", "two", "three", "four", "", "live"]);
      expect(await protections()).toEqual([
        plain(false),
        plain(false),
        omemo(),
        plain(true),
        omemo("malformed"),
        plain(true),
      ]);
    });

    it("repairs unreadable messages, and drops unreadable repetitions", async () => {
      const first = await f.receive({ ...failed, originId: "o", sentAt: T + 2000 });
      await f.receive({ body: "read", protection: omemo(), originId: "p", sentAt: T + 2001 });
      const result = await page([
        entry("1", T + 1, "now", omemo(), "o"),
        entry("2", T + 2, "", omemo("session-broken"), "p"),
      ]);
      if (first.duplicate) throw new Error("a first message is no duplicate");
      expect(result.messages).toEqual([{ ...first.message, body: "now", reactable: true, protection: omemo() }]);
      expect(result.chats).toHaveLength(1);
      expect(result.fresh).toEqual([]);
      expect(await f.bodies()).toEqual(["now", "read"]);
    });

    it("repairs also within one page", async () => {
      await page([entry("1", T + 1, "text", omemo(), "o"), entry("2", T + 2, "", omemo("no-session"), "o")]);
      expect(await f.bodies()).toEqual(["text"]);
      expect(await protections()).toEqual([omemo()]);
    });

    it("advances the ratchets that decrypted it, but not if it is stale", async () => {
      const { span } = (await f.store.read("archive.state", { account: me, archive: null }))!;
      expect(await page([entry("1", T, "one", omemo())], [session], span + 1)).toMatchObject({ stale: true });
      expect(await record()).toBeNull();
      await page([entry("1", T, "one", omemo())], [session]);
      expect(await record()).toEqual(session.kind === "session" ? session.record : null);
    });
  });
});
