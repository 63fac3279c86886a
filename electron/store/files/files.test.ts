import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import type { CommandArgs, CommandResult } from "../../../shared/ipc/index.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { SharedFile } from "../../model/file.ts";
import type { Decrypted } from "../../model/message.ts";
import type { Text } from "../../model/payload.ts";
import {
  alice,
  archivePage,
  bob,
  fixture,
  incoming,
  me,
  myJid,
  other,
  T,
  type Fixture,
  type Incoming,
  type TakeOp,
} from "../testing/store.ts";
import { changing } from "../testing/outbox.ts";

const SECRET = "5ec4e7".repeat(10) + "5ec4";
const shared = (name: string, more: Partial<SharedFile> = {}): SharedFile => ({
  name,
  size: 1_000,
  mediaType: "image/png",
  width: 40,
  height: 30,
  duration: null,
  disposition: "inline",
  thumbnail: null,
  hashes: [{ algorithm: "sha-256", value: Buffer.alloc(32).toString("base64") }],
  sources: [
    { url: `https://files.example:8443/${name}`, key: { cipher: "aes-256-gcm", key: SECRET, iv: "00".repeat(12) } },
  ],
  ...more,
});

function withFiles(files: SharedFile[], more: Partial<Incoming> = {}): TakeOp {
  const op = incoming({ body: "", ...more });
  const { inbound } = op.args;
  return { ...op, args: { ...op.args, inbound: { ...inbound, payload: { ...(inbound.payload as Text), files } } } };
}

describe("files of messages", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await fixture();
  });
  afterEach(() => f.end());
  const page = async (jid = alice) =>
    (await f.store.read("messages.page", { account: me, jid, before: null, limit: 50 })).messages;
  const only = async () => (await page())[0]!;

  it("are in the message, in the page and in the chat list, without addresses and keys", async () => {
    const [taken] = await f.store.write(withFiles([shared("a.png"), shared("../b\u202e.pdf", { mediaType: null })]));
    const [message] = taken.messages;
    expect(message!.files).toEqual([
      {
        name: "a.png",
        size: 1_000,
        type: "image/png",
        kind: "picture",
        width: 40,
        height: 30,
        duration: null,
        thumbnail: null,
        inline: true,
        encrypted: true,
        host: "files.example:8443",
        pending: false,
      },
      expect.objectContaining({ name: "_b_.pdf", kind: "document" }),
    ]);
    expect(await page()).toEqual([message]);
    expect(await f.store.read("message.get", { account: me, id: message!.id })).toEqual(message);
    const chat = await f.chat();
    expect(chat?.last).toMatchObject({ text: "", files: { name: "a.png", kind: "picture", count: 2 } });
    expect(JSON.stringify([taken, chat])).not.toContain("5ec4");
  });

  it("are read with their sources by account and index only", async () => {
    const [taken] = await f.store.write(withFiles([shared("a.png"), shared("b.png")]));
    const { id } = taken.messages[0]!;
    expect(await f.store.read("message.file", { account: me, id, file: 1 })).toEqual(shared("b.png"));
    expect(await f.store.read("message.file", { account: me, id, file: 2 })).toBeNull();
    expect(await f.store.read("message.file", { account: other, id, file: 0 })).toBeNull();
  });

  it("without a source by https cannot be fetched", async () => {
    await f.store.write(withFiles([shared("a.png", { sources: [{ url: "http://h/a.png", key: null }] })]));
    expect((await only()).files).toMatchObject([{ host: null, encrypted: false }]);
  });

  it("distinguish messages that have the same id and no text", async () => {
    const same = { messageId: "1", delayed: true };
    const [first, second, again] = await f.store.write(
      withFiles([shared("a.png")], same),
      withFiles([shared("b.png")], same),
      withFiles([shared("b.png")], same),
    );
    expect([first.isNew, second.isNew]).toEqual([true, true]);
    expect(again.messages).toEqual([]);
  });

  it("come from the archive once, and with the copy of an unreadable message that can be read", async () => {
    const unreadable = { kind: "omemo", device: 7, trust: null, problem: "session-broken" } as const;
    const readable = { ...unreadable, trust: "trusted", problem: null } as const;
    await f.store.write(incoming({ body: "", originId: "o1", protection: unreadable }));
    const [repaired] = await f.store.write(withFiles([shared("a.png")], { originId: "o1", protection: readable }));
    expect(repaired.messages).toMatchObject([{ files: [{ name: "a.png" }] }]);
    expect(await only()).toMatchObject({ files: [{ name: "a.png" }], protection: { problem: null } });
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
    const inbound: Decrypted = {
      ...withFiles([shared("c.png")], { archiveId: "a2" }).args.inbound,
      via: "archive",
      at: T,
    };
    const entry = { archiveId: "a2", stamp: T + 5, inbound };
    await archivePage(f.store, null, [entry], { complete: true });
    expect((await page()).map(({ files }) => files[0]?.name).toSorted()).toEqual(["a.png", "c.png"]);
  });

  it("are replaced by a correction, also by one that came before its message, and are named by its versions", async () => {
    await f.store.write(withFiles([shared("a.png"), shared("b.png")], { originId: "o1", body: "two" }));
    await f.store.write(withFiles([shared("c.png")], { originId: "o2", replaces: "o1", sentAt: T + 1 }));
    const message = await only();
    expect(message).toMatchObject({ body: "", files: [{ name: "c.png" }] });
    expect(await f.store.read("message.versions", { account: me, id: message.id })).toMatchObject([
      { body: "two", files: ["a.png", "b.png"] },
      { body: "", files: ["c.png"] },
    ]);
    await f.store.write(incoming({ body: "none", originId: "o3", replaces: "o1", sentAt: T + 2 }));
    expect(await only()).toMatchObject({ body: "none", files: [] });
    expect((await f.chat())?.last).toMatchObject({ text: "none", files: null });
  });

  it("are deleted with a retraction, from every table", async () => {
    await f.store.write(withFiles([shared("a.png")], { originId: "o1" }));
    await f.store.write(withFiles([shared("b.png")], { originId: "o2", replaces: "o1", sentAt: T + 1 }));
    const op = incoming({ sentAt: T + 2 });
    const payload = { kind: "retraction", target: "o1" } as const;
    await f.store.write({ ...op, args: { ...op.args, inbound: { ...op.args.inbound, payload } } });
    expect(await only()).toMatchObject({ retracted: {}, files: [] });
    await f.store.close();
    const connection = openFile(f.path, f.key);
    const rest = connection.db.prepare(
      "SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM amendments WHERE files IS NOT NULL)",
      { pluck: true },
    );
    expect(rest.get()).toBe(0);
    connection.db.close();
    await f.reopen();
  });

  it("are deleted with their account", async () => {
    await f.store.write(withFiles([shared("a.png")]), withFiles([shared("b.png")], { from: bob }));
    await f.store.write({ op: "account.remove", args: { account: me } });
    await f.store.close();
    const connection = openFile(f.path, f.key);
    const engine = createEngine(connection, defaultSettings);
    while (engine.purge());
    expect(connection.db.prepare("SELECT count(*) FROM files", { pluck: true }).get()).toBe(0);
    engine.close();
    await f.reopen();
  });

  it("of our own message are gone when it is corrected to a text", async () => {
    const [taken] = await f.store.write(withFiles([shared("a.png")], { from: myJid, chat: alice, originId: "o1" }));
    const { id } = taken.messages[0]!;
    await f.store.write(changing("q", { kind: "correction", id, body: "text", encryption: "none" }, T + 1));
    expect(await only()).toMatchObject({ body: "text", files: [] });
  });
});

describe("copies of files", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await fixture();
  });
  afterEach(() => f.end());
  const copy = (id: string, size = 1_000) => ({ id: id.repeat(32), iv: "00", key: "11", size });
  const kept = (id: MessageId, file = 0, account = me) => f.store.read("files.kept", { account, id, file });
  async function taken(files: SharedFile[], more: Partial<Incoming> = {}): Promise<MessageId> {
    const [result] = await f.store.write(withFiles(files, more));
    return result.messages[0]!.id;
  }
  const keep = async (id: MessageId, of: ReturnType<typeof copy>, file = 0, account = me): Promise<boolean> =>
    (await f.store.write({ op: "files.keep", args: { account, id, file, copy: of } }))[0];

  it("are found for just the file of which they are, and by its account only", async () => {
    const id = await taken([shared("a.png"), shared("b.png")]);
    expect(await keep(id, copy("a"))).toBe(true);
    expect(await keep(id, copy("a"), 2)).toBe(false);
    expect(await keep(id, copy("a"), 0, other)).toBe(false);
    expect(await kept(id)).toEqual(copy("a"));
    expect(await kept(id, 1)).toBeNull();
    expect(await kept(id, 0, other)).toBeNull();
    await keep(id, copy("b"));
    expect(await f.store.read("files.copies", {})).toEqual([copy("b").id]);
    await f.store.write({ op: "files.lost", args: { id: copy("b").id } });
    expect(await kept(id)).toBeNull();
  });

  it("are forgotten with their keys when the message is corrected to another file, or deleted", async () => {
    const id = await taken([shared("a.png"), shared("b.png")], { originId: "o1" });
    await keep(id, copy("a"));
    await keep(id, copy("b"), 1);
    await f.store.write(withFiles([shared("a.png"), shared("c.png")], { originId: "o2", replaces: "o1" }));
    expect([await kept(id), await kept(id, 1)]).toEqual([copy("a"), null]);
    await f.store.write(incoming({ body: "none", originId: "o3", replaces: "o1", sentAt: T + 9 }));
    expect(await f.store.read("files.copies", {})).toEqual([]);
  });

  it("are counted by chat, the largest first, and removed by chat, age and size", async () => {
    const [one, two] = [await taken([shared("a.png")]), await taken([shared("b.png")], { from: bob })];
    await keep(one, copy("a", 500));
    await keep(two, copy("b", 70_000));
    expect(await f.store.read("files.usage", {})).toEqual([
      { account: me, jid: bob, files: 1, bytes: 70_000 },
      { account: me, jid: alice, files: 1, bytes: 500 },
    ]);
    const release = async (args: object) => (await f.store.write({ op: "files.release", args }))[0];
    expect(await release({ before: Date.now() - 60_000 })).toEqual([]);
    expect(await release({ larger: 70_000 })).toEqual([]);
    expect(await release({ chat: { account: me, jid: alice } })).toEqual([copy("a").id]);
    expect(await release({ larger: 69_999 })).toEqual([copy("b").id]);
    expect(await f.store.read("files.usage", {})).toEqual([]);
  });
});

describe("the gallery", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await fixture();
  });
  afterEach(() => f.end());
  const chat = { account: me, jid: alice };
  const page = (args: Partial<CommandArgs<"media.page">>) =>
    f.store.read("media.page", { chat, shelf: "visual", from: null, direction: "older", limit: 2, ...args });
  const names = ({ items }: CommandResult<"media.page">): string[] => items.map(({ shared: { name } }) => name);

  it("lists files by shelf in the order of time, both ways, of one chat or of all", async () => {
    await f.store.write(
      withFiles([shared("2.png"), shared("2.mp4", { mediaType: "video/mp4" })], { sentAt: T + 2 }),
      withFiles([shared("1.png")], { sentAt: T + 1 }),
      withFiles([shared("3.pdf", { mediaType: null })], { sentAt: T + 3 }),
      withFiles([shared("4.png")], { sentAt: T + 4, from: bob }),
    );
    const first = await page({});
    expect([names(first), first.hasMore]).toEqual([["2.mp4", "2.png"], true]);
    const { sentAt, id, file } = first.items[1]!;
    const next = await page({ from: { sentAt, id, file } });
    expect([names(next), next.hasMore]).toEqual([["1.png"], false]);
    const oldest = next.items[0]!;
    const back = await page({
      from: { sentAt: oldest.sentAt, id: oldest.id, file: oldest.file },
      direction: "newer",
      limit: 9,
    });
    expect(names(back)).toEqual(["2.png", "2.mp4"]);
    expect(names(await page({ chat: null }))).toEqual(["4.png", "2.mp4"]);
    expect(names(await page({ shelf: "document" }))).toEqual(["3.pdf"]);
    expect(JSON.stringify(first)).not.toContain("5ec4");
    expect((await page({ chat: { account: other, jid: alice } })).items).toEqual([]);
  });

  it("lists messages with links, newest first, and none that is only text", async () => {
    await f.store.write(
      incoming({ body: "see https://a.example", sentAt: T + 1 }),
      incoming({ body: "nothing", sentAt: T + 2 }),
      incoming({ body: "and http://b.example", sentAt: T + 3 }),
    );
    const links = (before: CommandArgs<"media.links">["before"], of: typeof chat | null = chat) =>
      f.store.read("media.links", { chat: of, before, limit: 1 });
    for (const of of [chat, null]) {
      const first = await links(null, of);
      expect([first.items.map(({ body }) => body), first.hasMore]).toEqual([["and http://b.example"], true]);
      const { sentAt, id } = first.items[0]!;
      expect((await links({ sentAt, id }, of)).items).toMatchObject([{ body: "see https://a.example" }]);
    }
  });
});
