import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anyJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import {
  backupChatSchema,
  backupMessageSchema,
  type BackupChat,
  type BackupMessage,
  type BackupOmemo,
} from "../../../shared/model/backup.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { linkedFile } from "../../model/linked-file.ts";
import type { Store, WriteOp } from "../contract/index.ts";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import { alice, bob, fixture, incoming, me, other, stored, T, type Fixture } from "../testing/store.ts";
import { changing, outgoing } from "../testing/outbox.ts";
import { reaction, takeOp } from "../testing/reactions.ts";
import { by, opened, queued, received, room, roomText, storedRoom } from "../testing/room.ts";

let from: Fixture;
let to: Fixture;
beforeEach(async () => {
  from = await fixture();
  to = await fixture();
});
afterEach(async () => {
  await from.end();
  await to.end();
});

const fresh = "freshaccount1" as AccountId;

interface Contents {
  chats: BackupChat[];
  messages: Map<Jid, BackupMessage[]>;
  omemo: BackupOmemo[];
}

/** Reads it in the smallest possible pages. */
async function contents(store: Store, account = me): Promise<Contents> {
  const omemo = await store.read("backup.omemo", { account });
  const chats: BackupChat[] = [];
  const messages = new Map<Jid, BackupMessage[]>();
  for (let after: Jid | "" = ""; ;) {
    const [chat]: BackupChat[] = await store.read("backup.chats", { account, after, limit: 1 });
    if (chat === undefined) return { chats, messages, omemo };
    chats.push(chat);
    after = chat.jid;
    const all: BackupMessage[] = [];
    for (let position = -1; ; position = all.at(-1)!.position) {
      const page = await store.read("backup.messages", { account, jid: chat.jid, after: position, limit: 2 });
      if (page.length === 0) break;
      all.push(...page);
    }
    messages.set(chat.jid, all);
  }
}

async function stage({ messages }: Contents, account: AccountId | null): Promise<number> {
  await to.store.write({ op: "backup.begin", args: {} });
  let added = 0;
  for (const [chat, all] of messages)
    for (const one of all)
      added += (await to.store.write({ op: "backup.stage", args: { account, chat, messages: [one] } }))[0].added;
  return added;
}

async function restore(backup: Contents, account: AccountId, more: { takeOver?: boolean } = {}) {
  const isHere = (await to.store.read("accounts.all", {})).some((one) => one.id === account);
  const added = await stage(backup, isHere ? account : null);
  const commit = {
    account: { ...stored(me), id: account },
    strongestMechanism: "SCRAM-SHA-256-PLUS",
    contacts: await from.store.read("backup.contacts", { account: me, after: "", limit: 100 }),
    chats: backup.chats,
    spans: await from.store.read("backup.spans", { account: me }),
    omemo: backup.omemo,
    takeOver: more.takeOver ?? false,
  };
  const [{ device }] = await to.store.write({ op: "backup.commit", args: commit });
  return { added, device };
}

const page = async (of: Fixture, account: AccountId, jid: Jid = alice) =>
  (await of.store.read("messages.page", { account, jid, before: null, limit: 1000 })).messages;
const texts = async (of: Fixture, account: AccountId, jid = alice) =>
  (await page(of, account, jid)).map(({ body }) => body);
const receive = (of: Fixture, body: string, archiveId: string | null, more = {}) =>
  of.receive({ body, archiveId, originId: `o-${body}`, ...more });

/** Two chats, a read one and one with flags. */
async function fill(): Promise<void> {
  const { store } = from;
  await store.write(
    { op: "archive.open", args: { account: me, archive: null, now: T } },
    {
      op: "roster.put",
      args: {
        account: me,
        item: { jid: alice, name: "Alice", groups: ["Friends"], subscription: "both", asked: false },
        version: "7",
      },
    },
    { op: "accountState.set", args: { account: me, key: "resumption", value: "secret" } },
  );
  await receive(from, "one", "a1", { sentAt: T + 1 });
  await receive(from, "two", "a2", {
    sentAt: T + 2,
    protection: { kind: "omemo", device: 7, trust: "verified", problem: null },
  });
  await store.write(outgoing("waits", "q1", { now: T + 3 }));
  await receive(from, "from bob", "b1", { from: bob, sentAt: T + 4 });
  await store.write({ op: "chat.setFlags", args: { account: me, jid: bob, pinned: true, muted: true } });
}

describe("a backup of an account that does not exist here", () => {
  it("restores everything: messages at their positions, chats with their flags, names, archive spans", async () => {
    await fill();
    const backup = await contents(from.store);
    expect(await from.store.read("backup.counts", { account: me })).toEqual({ contacts: 1, chats: 2, messages: 4 });
    expect(await restore(backup, fresh)).toEqual({ added: 4, device: "left" });
    const strip = (list: Awaited<ReturnType<typeof page>>) =>
      list.map(({ body, position, protection, direction, sentAt }) => ({
        body,
        position,
        protection,
        direction,
        sentAt,
      }));
    expect(strip(await page(to, fresh))).toEqual(strip(await page(from, me)));
    const [before, after] = [
      await from.store.read("chat.get", { account: me, jid: bob }),
      await to.store.read("chat.get", { account: fresh, jid: bob }),
    ];
    expect(after).toMatchObject({
      pinned: true,
      muted: true,
      unread: 1,
      activityAt: before!.activityAt,
      last: { text: "from bob" },
    });
    expect(await to.store.read("chat.get", { account: fresh, jid: alice })).toMatchObject({
      unread: 2,
      last: { text: "waits", delivery: "failed" },
    });
    expect(await to.store.read("roster.get", { account: fresh, jid: alice })).toMatchObject({
      name: "Alice",
      groups: ["Friends"],
    });
    expect(await to.store.read("roster.version", { account: fresh })).toBeNull();
    const { span: _a, ...held } = (await from.store.read("archive.state", { account: me, archive: null }))!;
    expect(await to.store.read("archive.state", { account: fresh, archive: null })).toMatchObject(held);
    expect(await to.store.read("accountState.get", { account: fresh, key: "strongest-mechanism" })).toBe(
      "SCRAM-SHA-256-PLUS",
    );
    // The other installation's session must not be resumed here.
    expect(await to.store.read("accountState.get", { account: fresh, key: "resumption" })).toBeNull();
    // It may have been sent since: the user decides.
    expect(await to.store.read("outbox.pending", { account: fresh })).toEqual([]);
    expect((await page(to, fresh)).at(-1)).toMatchObject({
      delivery: "failed",
      failure: { condition: "waited-in-backup" },
    });
  });

  it("restores private messages of rooms, apart from the room and from real addresses", async () => {
    const there = anyJid(`${room}/ann`);
    const occupant = { nickname: "ann", occupantId: "o1", jid: null };
    await from.store.write(incoming({ body: "psst", chat: there, from: room, occupant }));
    const backup = await contents(from.store);
    await restore({ ...backup, chats: backup.chats.map((one) => backupChatSchema.parse(one)) }, fresh);
    expect(await to.store.read("chat.get", { account: fresh, jid: there })).toMatchObject({
      kind: "private",
      unread: 1,
      last: { text: "psst" },
    });
    expect(await page(to, fresh, there)).toMatchObject([{ from: room, writer: occupant }]);
  });

  it("restores rooms with the authors of their messages, and recognizes these again", async () => {
    const writer = by("ann", { occupantId: "o1", jid: alice });
    await from.store.write(
      { op: "room.put", args: storedRoom({ password: "p", notify: "all", subject: "Weeds" }) },
      opened(T),
      received(roomText("me: one", { writer, mentionsUs: true }), { archiveId: "a1" }),
      queued("mine", "q1", T + 1),
      received(roomText("mine", { own: true, writer: by("me"), originId: "q1" }), { archiveId: "a2" }),
    );
    const backup = await contents(from.store);
    await restore({ ...backup, chats: backup.chats.map((one) => backupChatSchema.parse(one)) }, fresh);
    expect(await to.store.read("rooms.all", {})).toEqual([
      storedRoom({ account: fresh, password: "p", notify: "all", subject: "Weeds" }),
    ]);
    expect(await to.store.read("chat.get", { account: fresh, jid: room })).toMatchObject({
      kind: "room",
      unread: 1,
      mentions: 1,
      last: { nickname: "me" },
    });
    expect(await page(to, fresh, room)).toMatchObject([
      { writer, mentionsUs: true },
      { writer: { nickname: "me" }, delivery: "delivered" },
    ]);
    const { span: _, ...held } = (await from.store.read("archive.state", { account: me, archive: room }))!;
    expect(await to.store.read("archive.state", { account: fresh, archive: room })).toMatchObject(held);
    // Again, into the account that has everything, and has changed its room.
    await to.store.write({ op: "room.setNotify", args: { account: fresh, jid: room, notify: "none" } });
    expect(await restore(backup, fresh)).toMatchObject({ added: 0 });
    expect(await to.store.read("rooms.all", {})).toMatchObject([{ notify: "none" }]);
    expect(await texts(to, fresh, room)).toEqual(["me: one", "mine"]);
  });

  it("restores reactions, which can be continued, also together with existing ones", async () => {
    await receive(from, "one", "a1", { sentAt: T + 1, originId: "o1" });
    const { id } = (await page(from, me))[0]!;
    const react = (emoji: string[], account = me) =>
      takeOp(reaction(emoji.join(" "), { target: "o1", originId: null, sentAt: T + 2 }), { account, jid: alice });
    await from.store.write(
      react(["👍", "🎉"]),
      changing("q", { kind: "reaction", id, emoji: "👍", chosen: true }, T + 3),
    );
    const backup = await contents(from.store);
    await receive(to, "two", "a2", { sentAt: T + 5 });
    await to.store.write(...Array.from({ length: 3 }, (_, n) => incoming({ body: `more ${n}`, sentAt: T + 6 + n })));
    await receive(to, "zero", "a0", { account: other, sentAt: T, originId: "o1" });
    await to.store.write(react(["👍"], other));
    for (const account of [fresh, me, other]) await restore(backup, account);
    for (const account of [fresh, me]) {
      expect((await page(to, account))[0]).toMatchObject({
        body: "one",
        reactions: [
          { emoji: "👍", count: 2, own: true },
          { emoji: "🎉", count: 1 },
        ],
        reacting: null,
      });
    }
    await to.store.write(react(["😂"]));
    expect((await page(to, me))[0]?.reactions).toMatchObject([
      { emoji: "😂", own: false },
      { emoji: "👍", own: true },
    ]);
    // Reactions were moved together with their chats: none is left after these are deleted.
    for (const account of [fresh, me, other]) await to.store.write({ op: "account.remove", args: { account } });
    await to.store.close();
    const connection = openFile(to.path, to.key);
    const engine = createEngine(connection, defaultSettings);
    while (engine.purge());
    expect(connection.db.prepare("SELECT count(*) FROM reactions", { pluck: true }).get()).toBe(0);
    engine.close();
  });

  it("restores files with their keys, also those of a message that could not be decrypted here", async () => {
    const link = `aesgcm://files.example/b.png#${"0a".repeat(12)}${"b1".repeat(32)}`;
    const file = linkedFile(link)!;
    const omemo = { kind: "omemo", device: 7, trust: "trusted", problem: null } as const;
    const of = (more: Parameters<typeof incoming>[0]) => {
      const op = incoming({ body: "", archiveId: "a1", protection: omemo, ...more });
      const payload = { kind: "text", body: "", files: [file] } as const;
      return { ...op, args: { ...op.args, inbound: { ...op.args.inbound, payload } } };
    };
    await from.store.write(of({}));
    const backup = await contents(from.store);
    await receive(to, "", "a1", { sentAt: T, protection: { ...omemo, trust: null, problem: "session-broken" } });
    for (const account of [fresh, me]) {
      await restore(backup, account);
      const [message] = await page(to, account);
      expect(message).toMatchObject({ body: "", files: [{ name: "b.png", encrypted: true }] });
      expect(await to.store.read("message.file", { account, id: message!.id, file: 0 })).toEqual(file);
    }
    // A backup of a version without files has the link as its text.
    const messages = [...backup.messages].map(([jid, all]) => [
      jid,
      all.map((one) => ({ ...one, body: link, files: [] })),
    ]);
    await restore({ ...backup, messages: new Map(messages as [Jid, BackupMessage[]][]) }, other);
    expect((await page(to, other))[0]).toMatchObject({ body: "", files: [{ name: "b.png" }] });
  });

  it("of a version without rooms is read as one of contacts", async () => {
    await fill();
    const { chats, messages } = await contents(from.store);
    for (const chat of chats) {
      const { isRoom: _isRoom, room: _room, ...old } = chat;
      expect(backupChatSchema.parse(old)).toEqual(chat);
    }
    for (const message of messages.get(alice)!) {
      const { writer: _writer, mentionsUs: _mentionsUs, reactions: _reactions, files: _files, ...old } = message;
      expect(backupMessageSchema.parse(old)).toEqual(message);
    }
  });

  it("allows new messages after the restored ones", async () => {
    await fill();
    await receive(to, "another account", "x", { account: me, sentAt: T });
    await restore(await contents(from.store), fresh);
    await to.store.write(incoming({ body: "new", sentAt: 5, account: fresh }));
    expect(await texts(to, fresh)).toEqual(["one", "two", "waits", "new"]);
    const [again] = await to.store.write(incoming({ body: "two", archiveId: "a2", account: fresh }));
    expect(again.messages).toEqual([]);
  });

  it("is invisible until it is complete, and after it was cancelled", async () => {
    await fill();
    const backup = await contents(from.store);
    await stage(backup, null);
    const seen = async () => ({
      accounts: (await to.store.read("accounts.all", {})).map(({ id }) => id),
      chats: (await to.store.read("chats.page", { after: null, limit: 10 })).chats,
    });
    const nothing = { accounts: [me, "account00002"], chats: [] };
    expect(await seen()).toEqual(nothing);
    await to.reopen();
    expect(await seen()).toEqual(nothing);
    await stage(backup, null);
    await to.store.write({ op: "backup.drop", args: {} });
    expect(await seen()).toEqual(nothing);
    expect(await restore(backup, fresh)).toMatchObject({ added: 4 });
    await to.reopen();
    expect(await texts(to, fresh)).toEqual(["one", "two", "waits"]);
  });

  it("changes nothing if the commit fails", async () => {
    await fill();
    const backup = await contents(from.store);
    await stage(backup, null);
    const args = {
      account: { ...stored(me), id: fresh },
      strongestMechanism: null,
      contacts: [],
      spans: [],
      omemo: [],
      takeOver: false,
    };
    const twice = [...backup.chats, { ...backup.chats[0]!, jid: null as unknown as BareJid }];
    await expect(
      to.store.write({ op: "backup.commit", args: { ...args, chats: twice } } satisfies WriteOp),
    ).rejects.toMatchObject({ code: "internal" });
    expect((await to.store.read("accounts.all", {})).length).toBe(2);
    await to.store.write({ op: "backup.commit", args: { ...args, chats: backup.chats } });
    expect(await texts(to, fresh)).toEqual(["one", "two", "waits"]);
  });
});

describe("a backup of an account that exists here", () => {
  it("adds missing messages without duplicates, whichever side has more", async () => {
    await fill();
    const backup = await contents(from.store);
    await receive(to, "two", "a2", { sentAt: T + 2 });
    await receive(to, "three", "a3", { sentAt: T + 9 });
    for (const number of [1, 2, 3, 4])
      await receive(to, `to bob ${number}`, `b-${number}`, { from: bob, sentAt: T + 10 + number });
    const order = async () => (await page(to, me, bob)).map(({ id, position }) => ({ id, position }));
    const held = await order();
    expect(await restore(backup, me)).toMatchObject({ added: 3 });
    expect(await texts(to, me)).toEqual(["one", "two", "waits", "three"]);
    expect(await texts(to, me, bob)).toEqual(["from bob", "to bob 1", "to bob 2", "to bob 3", "to bob 4"]);
    expect((await order()).slice(1)).toEqual(held);
    // The existing chat keeps its flags.
    expect(await to.store.read("chat.get", { account: me, jid: bob })).toMatchObject({ pinned: false, unread: 5 });
    expect(await restore(backup, me)).toMatchObject({ added: 0 });
    expect(await texts(to, me)).toEqual(["one", "two", "waits", "three"]);
    await to.reopen();
    expect(await texts(to, me)).toEqual(["one", "two", "waits", "three"]);
  });

  it("does not mark messages as unread that were read here, and marks those as read that were read there", async () => {
    await receive(from, "one", "a1", { sentAt: T + 1 });
    const backup = await contents(from.store);
    await receive(to, "two", "a2", { sentAt: T + 2 });
    const [two] = await page(to, me);
    await to.store.write({ op: "chat.markRead", args: { account: me, jid: alice, upTo: two!.id } });
    await restore(backup, me);
    expect(await to.chat()).toMatchObject({ unread: 0, firstUnread: null, last: { text: "two" } });
  });

  it("gives its text to a message that could not be decrypted here", async () => {
    await receive(from, "secret", "a1", {
      sentAt: T,
      protection: { kind: "omemo", device: 7, trust: "trusted", problem: null },
    });
    const backup = await contents(from.store);
    await receive(to, "", "a1", {
      sentAt: T,
      protection: { kind: "omemo", device: 7, trust: null, problem: "not-for-this-device" },
    });
    await stage(backup, me);
    expect(await texts(to, me)).toEqual([""]);
    expect(await restore(backup, me)).toMatchObject({ added: 0 });
    expect(await page(to, me)).toMatchObject([
      { body: "secret", protection: { kind: "omemo", problem: null, trust: "trusted" } },
    ]);
  });

  it("keeps the password, the settings and the archive spans of the account", async () => {
    await fill();
    await to.store.write(
      { op: "account.put", args: stored(me, { password: "newer" }) },
      { op: "archive.open", args: { account: me, archive: null, now: T + 50 } },
    );
    const state = await to.store.read("archive.state", { account: me, archive: null });
    await restore(await contents(from.store), me);
    expect((await to.store.read("accounts.all", {}))[0]!.password).toBe("newer");
    expect(await to.store.read("archive.state", { account: me, archive: null })).toEqual(state);
  });
});

describe("the keys of a backup", () => {
  const key = (length: number, fill: number) => new Uint8Array(length).fill(fill);
  const pair = (fill: number) => ({ publicKey: key(33, fill), privateKey: key(32, fill) });

  async function device(of: Fixture, id: number): Promise<void> {
    const changes = [
      { kind: "own" as const, own: { id, identity: pair(id) } },
      { kind: "prekeys" as const, add: [1, 2, 3].map((number) => ({ id: number, ...pair(number) })) },
      { kind: "prekey.used" as const, id: 2 },
      { kind: "signedPreKey" as const, add: { id: 1, ...pair(9), signature: key(64, 9), createdAt: T } },
      { kind: "session" as const, jid: alice, device: 5, record: key(500, id) },
      { kind: "identity" as const, jid: alice, device: 5, identityKey: key(33, 50), trust: "trusted" as const },
    ];
    await of.store.write({ op: "omemo.apply", args: { account: me, changes, now: T } });
  }
  const verify = (of: Fixture) =>
    of.store.write({
      op: "omemo.setTrust",
      args: { account: me, jid: alice, device: 5, identityKey: key(33, 50), trust: "verified" },
    });
  const own = async (of: Fixture, account: AccountId) => (await of.store.read("omemo.own", { account }))?.id;
  const session = async (of: Fixture, account: AccountId) =>
    (await of.store.read("omemo.session", { account, jid: alice, device: 5 }))?.[0];

  it("make this installation the device of the backup in a takeover", async () => {
    await device(from, 11);
    await verify(from);
    await device(to, 22);
    const backup = await contents(from.store);
    expect(await restore(backup, fresh, { takeOver: true })).toMatchObject({ device: "taken" });
    expect(await contents(to.store, fresh)).toEqual(backup);
    expect(await to.store.read("omemo.lastPreKey", { account: fresh })).toBe(3);
    expect(await restore(backup, me, { takeOver: true })).toMatchObject({ device: "taken" });
    expect([await own(to, me), await session(to, me)]).toEqual([11, 11]);
    expect(await to.store.read("accountState.get", { account: me, key: "omemo-restored" })).toBe(
      JSON.stringify([[alice, 5]]),
    );
    expect(await to.store.read("omemo.devices", { account: me, jid: alice })).toMatchObject([
      { id: 5, trust: "verified" },
    ]);
  });

  it("never return to an older state of the same device", async () => {
    await device(from, 11);
    const backup = await contents(from.store);
    await device(to, 11);
    await to.store.write({
      op: "omemo.apply",
      args: { account: me, changes: [{ kind: "session", jid: alice, device: 5, record: key(10, 99) }], now: T },
    });
    expect(await restore(backup, me, { takeOver: true })).toMatchObject({ device: "same" });
    expect(await session(to, me)).toBe(99);
  });

  it("are not restored otherwise, but verified keys stay verified", async () => {
    await device(from, 11);
    await verify(from);
    const backup = await contents(from.store);
    expect(await restore(backup, fresh)).toMatchObject({ device: "left" });
    expect([await own(to, fresh), await session(to, fresh)]).toEqual([undefined, undefined]);
    expect(await to.store.read("omemo.devices", { account: fresh, jid: alice })).toMatchObject([
      { id: 5, trust: "verified" },
    ]);
    await device(to, 22);
    await restore(backup, me);
    expect([await own(to, me), await session(to, me)]).toEqual([22, 22]);
    expect(await to.store.read("omemo.devices", { account: me, jid: alice })).toMatchObject([
      { id: 5, trust: "verified" },
    ]);
  });

  it("do not add another key to a known device", async () => {
    await device(from, 11);
    const backup = await contents(from.store);
    const other = key(33, 77);
    await to.store.write({
      op: "omemo.apply",
      args: {
        account: me,
        changes: [{ kind: "identity", jid: alice, device: 5, identityKey: other, trust: "trusted" }],
        now: T,
      },
    });
    await restore(backup, me);
    expect((await to.store.read("omemo.devices", { account: me, jid: alice }))[0]!.identityKey).toEqual(other);
  });
});
