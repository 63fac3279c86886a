import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { alice, incoming, me, stored, temporaryFolder } from "../testing/store.ts";
import { changing, outgoing } from "../testing/outbox.ts";
import { received, room, roomText } from "../testing/room.ts";
import type { OutboxEntry } from "../contract/index.ts";
import { migrations, VERSION } from "./index.ts";

describe("migrations", () => {
  const key = randomBytes(32);
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, "jackdaw.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A store of version 1 with a row in every table, as that version wrote it. */
  function versionOne(): void {
    const { db } = openFile(path, key, migrations.slice(0, 1));
    const { id, jid, password, advanced, presence } = stored(me);
    db.prepare(
      "INSERT INTO accounts (id, jid, password, enabled, advanced, pinned_fingerprint, presence, roster_version) VALUES (?, ?, ?, 1, ?, NULL, ?, '1')",
    ).run([id, jid, password, JSON.stringify(advanced), JSON.stringify(presence)]);
    db.exec(`
      INSERT INTO settings VALUES ('theme', '"dark"'), ('language', '"system"'), ('enterSends', 'true'), ('textSize', '"normal"');
      INSERT INTO memory VALUES ('${id}', 'k', 'v');
      INSERT INTO roster VALUES ('${id}', '${alice}', 'A', '["g"]', 'to', 1);
      INSERT INTO requests VALUES ('${id}', '${alice}', '', '', 1);
      INSERT INTO chats (id, account, jid, unread, first_unread, read_position, last_id, last_position, activity_at)
        VALUES (1, '${id}', '${alice}', 1, 2, 1024000, 3, 3072000, 3000);
      INSERT INTO messages (id, chat_id, position, outgoing, sender, body, sent_at, delivery, token, archive_id)
        VALUES (1, 1, 1024000, 0, '${alice}', 'was read', 1000, NULL, 'o1', 'a1'),
          (2, 1, 2048000, 0, '${alice}', 'was not read', 2000, NULL, 'o2', 'a2'),
          (3, 1, 3072000, 1, '${jid}', 'out', 3000, 'pending', 'q', NULL);
      INSERT INTO outbox (account, origin_id, message_id) VALUES ('${id}', 'q', 3);`);
    db.close();
  }
  const tables = (steps = migrations) => {
    const { db } = openFile(path, key, steps);
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", {
      pluck: true,
    });
    const counts = names.all().map((name) => [name, db.prepare(`SELECT count(*) FROM ${name}`, { pluck: true }).get()]);
    const version = db.pragma("user_version", { simple: true });
    db.close();
    return { version, ...Object.fromEntries(counts) };
  };

  it("lead a store of version 1 to the newest with all its rows", () => {
    versionOne();
    const rows = { settings: 4, accounts: 1, memory: 1, roster: 1, requests: 1, chats: 1, messages: 3, outbox: 1 };
    expect(tables()).toMatchObject({ version: VERSION, ...rows });
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("settings.get", {})).toMatchObject({ ok: true, value: { theme: "dark" } });
    expect(engine.read("chat.get", { account: me, jid: alice })).toMatchObject({
      ok: true,
      value: { unread: 1, firstUnread: 2, last: { text: "out" } },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      ok: true,
      value: [{ originId: "q", attempts: 0, triedAt: null }],
    });
    const [read] = engine.write(
      [[{ op: "chat.markRead", args: { account: me, jid: alice, upTo: 2 as MessageId } }]],
      () => false,
    );
    expect(read).toMatchObject({ ok: true, value: [{ unread: 0, firstUnread: null }] });
    // No markers are sent now for messages that were read before.
    expect(engine.read("chats.unsentDisplayed", { account: me })).toMatchObject({
      ok: true,
      value: [{ jid: alice, synced: { id: "a2" } }],
    });
    engine.close();
  });

  it("lead a store of version 2 to the newest: its messages are plaintext, and its chats can be encrypted", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 2));
    old.db.exec(`UPDATE messages SET unread = 1, markable = 1 WHERE id = 2;
      INSERT INTO marks VALUES ('${me}', '${alice}', 't', 'received');
      INSERT INTO spans (account, archive, peer, oldest_id, newest_id, oldest_position, newest_position, opened_position)
        VALUES ('${me}', '${stored(me).jid}', '', 'a1', 'a2', 1, 2, 2)`);
    old.db.close();
    expect(tables()).toMatchObject({
      version: VERSION,
      chats: 1,
      messages: 3,
      outbox: 1,
      marks: 1,
      spans: 1,
      omemo_devices: 0,
    });
    const engine = createEngine(openFile(path, key), defaultSettings);
    const plain = { kind: "none", unexpected: false };
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: { messages: ["was read", "was not read", "out"].map((body) => ({ body, protection: plain })) },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      value: [{ originId: "q", encryption: "none" }],
    });
    expect(engine.read("chat.get", { account: me, jid: alice })).toMatchObject({
      value: { encryption: "none", canEncrypt: false, undecided: 0 },
    });
    const listed = {
      op: "omemo.listed" as const,
      args: { account: me, jid: alice, devices: [{ id: 1, label: null }], now: 4000 },
    };
    const [outcome] = engine.write([[listed]], () => false);
    expect(outcome).toMatchObject({ ok: true, value: [{ changed: true, chat: { encryption: "omemo" } }] });
    engine.close();
  });

  it("lead a store of version 4 to the newest: its chats are with contacts, and its messages have no author and no mentions", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 4));
    old.db.exec(`UPDATE messages SET unread = 1 WHERE id = 2;
      UPDATE messages SET encryption = 'omemo', device = 7, trust = 'trusted' WHERE id = 1;
      INSERT INTO spans (account, archive, peer, oldest_id, newest_id, oldest_position, newest_position, opened_position)
        VALUES ('${me}', '${stored(me).jid}', '', 'a1', 'a2', 1, 2048000, 2);
      INSERT INTO omemo_devices (account, jid, device, trust, active, first_seen_at) VALUES ('${me}', '${alice}', 7, 'trusted', 1, 1)`);
    old.db.close();
    expect(tables()).toMatchObject({
      version: VERSION,
      chats: 1,
      messages: 3,
      outbox: 1,
      spans: 1,
      omemo_devices: 1,
      rooms: 0,
      invitations: 0,
    });
    const engine = createEngine(openFile(path, key), defaultSettings);
    const chat = {
      kind: "contact",
      unread: 1,
      mentions: 0,
      firstUnread: 2,
      canEncrypt: true,
      last: { text: "out", nickname: null },
    };
    expect(engine.read("chat.get", { account: me, jid: alice })).toMatchObject({ value: chat });
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: {
        messages: ["was read", "was not read", "out"].map((body) => ({ body, writer: null, mentionsUs: false })),
      },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      value: [{ originId: "q", conversation: { kind: "contact" } }],
    });
    expect(engine.read("archive.state", { account: me, archive: null })).toMatchObject({ value: { oldestId: "a1" } });
    const repeated = incoming({ archiveId: "a2", body: "was not read" });
    expect(engine.write([[repeated, received(roomText("hello", { mentionsUs: true }))]], () => false)).toMatchObject([
      { ok: true, value: [{ messages: [] }, { isNew: true, chats: [{ kind: "room", mentions: 1 }] }] },
    ]);
    engine.close();
  });

  it("lead a store of version 5 to the newest: its rooms cannot be encrypted until we join them again", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 5));
    old.db
      .exec(`INSERT INTO rooms (account, jid, name, nickname, autojoin, bookmarked, notify, subject, archived) VALUES ('${me}', '${room}', 'Garden', 'me', 1, 1, 'all', '', 1);
      INSERT INTO chats (account, jid, activity_at, kind) VALUES ('${me}', '${room}', 1, 'room')`);
    old.db.close();
    expect(tables()).toMatchObject({ version: VERSION, rooms: 1, chats: 2 });
    const engine = createEngine(openFile(path, key), defaultSettings);
    const garden = { account: me, jid: room };
    expect(engine.read("chat.get", garden)).toMatchObject({
      value: { kind: "room", encryption: "none", canEncrypt: false, undecided: 0 },
    });
    const can = { op: "room.setEncryptable" as const, args: { ...garden, canEncrypt: true, undecided: 2 } };
    expect(engine.write([[can], [can]], () => false)).toMatchObject([
      { value: [{ chat: { encryption: "omemo", canEncrypt: true, undecided: 2 } }] },
      { value: [{ chat: null }] },
    ]);
    engine.close();
  });

  it("lead a store of version 6 to the newest: its rooms stay, and there are no avatars yet", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 6));
    old.db.exec(
      `INSERT INTO rooms (account, jid, name, nickname, autojoin, bookmarked, notify, subject, archived) VALUES ('${me}', '${room}', 'Tea', 'Al', 1, 1, 'all', 'green', 1)`,
    );
    old.db.close();
    expect(tables()).toMatchObject({ version: VERSION, rooms: 1, messages: 3, avatars: 0, avatar_owners: 0 });
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("rooms.all", {})).toMatchObject({ value: [{ name: "Tea", autojoin: true }] });
    const put = {
      op: "avatar.put" as const,
      args: { account: me, hash: "ab".repeat(20), type: "image/png" as const, bytes: new Uint8Array([1]), now: 1 },
    };
    expect(
      engine.write(
        [[put, { op: "avatar.owner", args: { account: me, jid: alice, hash: put.args.hash } }]],
        () => false,
      ),
    ).toMatchObject([{ ok: true }]);
    expect(engine.read("avatars.owners", { account: me })).toMatchObject({
      value: [{ jid: alice, hash: put.args.hash }],
    });
    engine.close();
  });

  it("lead a store of version 7 to the newest: it has no corrections or retractions, and its outbox has only messages", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 7));
    old.db.exec(`UPDATE messages SET nickname = 'ann', occupant_id = 'o', mentions_us = 1 WHERE id = 1`);
    old.db.close();
    expect(tables()).toMatchObject({ version: VERSION, chats: 1, messages: 3, outbox: 1, amendments: 0 });
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: {
        messages: ["was read", "was not read", "out"].map((body) => ({
          body,
          editedAt: null,
          retracted: null,
          pendingChange: null,
        })),
      },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      value: [{ originId: "q", payload: { kind: "text", body: "out" } }],
    });
    const correction = incoming({ body: "better", originId: "c", replaces: "o2", sentAt: 5000 });
    expect(engine.write([[correction]], () => false)).toMatchObject([
      { ok: true, value: [{ isNew: false, messages: [{ id: 2, body: "better", editedAt: 5000 }] }] },
    ]);
    engine.close();
  });

  it("lead a store of version 8 to the newest: it has no reactions, and its outbox has messages and changes", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 8));
    old.db
      .exec(`INSERT INTO amendments (id, chat_id, message_id, kind, target, sender, outgoing, token, body, sent_at) VALUES (1, 1, 3, 'correction', 'q', '${stored(me).jid}', 1, 'c', 'better', 4000);
      UPDATE messages SET amending = 'correction' WHERE id = 3; INSERT INTO outbox (account, origin_id, message_id, amendment_id) VALUES ('${me}', 'c', 3, 1)`);
    old.db.close();
    expect(tables()).toMatchObject({ version: VERSION, chats: 1, messages: 3, outbox: 2, amendments: 1, reactions: 0 });
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: { messages: [true, true, false].map((reactable) => ({ reactions: [], reactable, reacting: null })) },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      value: [
        { originId: "q", payload: { kind: "text", body: "out" } },
        { originId: "c", payload: { kind: "text", body: "better", replaces: "q" } },
      ],
    });
    const react = changing("r", { kind: "reaction", id: 2 as MessageId, emoji: "👍", chosen: true }, 5000);
    expect(engine.write([[react]], () => false)).toMatchObject([
      { ok: true, value: [{ message: { id: 2, reactions: [{ emoji: "👍", own: true }] } }] },
    ]);
    engine.close();
  });

  it("lead a store of version 9 to the newest: entries for contacts, rooms and occupants are sent unchanged and in order", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 9));
    const own = stored(me).jid;
    const ann = `${room}/ann`;
    old.db
      .exec(`DELETE FROM outbox; DELETE FROM messages WHERE id = 3; UPDATE chats SET last_id = 2, last_position = 2048000;
      INSERT INTO rooms (account, jid, name, nickname, autojoin, bookmarked, notify, subject, archived) VALUES ('${me}', '${room}', '', 'al', 1, 1, 'all', '', 1);
      INSERT INTO chats (id, account, jid, kind, activity_at) VALUES (2, '${me}', '${room}', 'room', 1), (3, '${me}', '${ann}', 'private', 1);
      INSERT INTO messages (id, chat_id, position, outgoing, sender, nickname, occupant_id, body, sent_at, delivery, token, archive_id, local, amending, reacted)
        VALUES (11, 1, 4096000, 1, '${own}', NULL, NULL, 'the', 11, 'pending', 'm1', NULL, 1, 'correction', 0),
          (12, 1, 5120000, 1, '${own}', NULL, NULL, '', 12, 'sent', 'm2', NULL, 1, 'retraction', 0),
          (13, 1, 6144000, 0, '${alice}', NULL, NULL, 'nice?', 13, NULL, 'm3', 'a3', 0, NULL, 1),
          (21, 2, 1024000, 1, '${room}', 'al', NULL, 'hello', 21, 'delivered', 'r1', 'ar1', 1, 'correction', 0),
          (22, 2, 2048000, 1, '${room}', 'al', NULL, '', 22, 'delivered', 'r2', 'ar2', 1, 'retraction', 0),
          (23, 2, 3072000, 0, '${room}', 'bob', 'o-bob', 'nice?', 23, NULL, 'r3', 'ar3', 0, NULL, 1),
          (24, 2, 4096000, 1, '${room}', 'al', NULL, 'to all', 24, 'pending', 'r4', NULL, 1, NULL, 0),
          (31, 3, 1024000, 1, '${own}', 'ann', 'o-ann', 'psst', 31, 'pending', 'p1', NULL, 1, NULL, 0);
      UPDATE messages SET retracted_at = 40 WHERE id IN (12, 22);
      INSERT INTO amendments (id, chat_id, message_id, kind, target, sender, outgoing, token, body, sent_at)
        VALUES (11, 1, 11, 'correction', 'm1', '${own}', 1, 'c1', 'the', 1), (12, 1, 12, 'retraction', 'm2', '${own}', 1, 't1', NULL, 1),
          (13, 2, 21, 'correction', 'r1', '${room}', 1, 'c2', 'hello', 1), (14, 2, 22, 'retraction', 'r2', '${room}', 1, 't2', NULL, 1);
      INSERT INTO reactions (id, chat_id, message_id, target, sender, outgoing, token, emoji, place, live, sent_at, before)
        VALUES (11, 1, 13, 'm3', '${own}', 1, 'e1', '👍 🎉', 1, 1, 1, '👍'), (12, 2, 23, 'ar3', '${room}', 1, 'e2', '', 1, 1, 1, '👍');
      INSERT INTO outbox (place, account, origin_id, message_id, amendment_id, reaction_id, attempts, tried_at)
        VALUES (5, '${me}', 'e1', 13, NULL, 11, 0, NULL), (9, '${me}', 'm1', 11, NULL, NULL, 2, 77), (10, '${me}', 'c1', 11, 11, NULL, 0, NULL),
          (11, '${me}', 't1', 12, 12, NULL, 1, 78), (12, '${me}', 'c2', 21, 13, NULL, 0, NULL), (13, '${me}', 't2', 22, 14, NULL, 0, NULL),
          (14, '${me}', 'e2', 23, NULL, 12, 0, NULL), (15, '${me}', 'r4', 24, NULL, NULL, 0, NULL), (16, '${me}', 'p1', 31, NULL, NULL, 0, NULL)`);
    old.db.close();
    expect(tables()).toMatchObject({ version: VERSION, outbox: 9, messages: 10, amendments: 4, reactions: 2 });

    const engine = createEngine(openFile(path, key), defaultSettings);
    const pending = () => {
      const read = engine.read("outbox.pending", { account: me });
      if (!read.ok) throw new Error(JSON.stringify(read));
      return read.value as OutboxEntry[];
    };
    const contact = { jid: alice, kind: "contact" };
    const garden = { jid: room, kind: "room" };
    const entry = (conversation: object, originId: string, payload: object, message: number, more: object = {}) => ({
      ...{
        conversation,
        originId,
        payload,
        message,
        encryption: "none",
        for: null,
        writtenAt: expect.any(Number) as number,
        attempts: 0,
        triedAt: null,
        correctsAs: null,
      },
      ...more,
    });
    expect(pending()).toEqual([
      entry(contact, "e1", { kind: "reaction", target: "m3", emoji: ["👍", "🎉"] }, 13),
      entry(contact, "m1", { kind: "text", body: "the" }, 11, { attempts: 2, triedAt: 77 }),
      entry(contact, "c1", { kind: "text", body: "the", replaces: "m1" }, 11),
      entry(contact, "t1", { kind: "retraction", target: "m2" }, 12, { attempts: 1, triedAt: 78 }),
      entry(garden, "c2", { kind: "text", body: "hello", replaces: "r1" }, 21, { correctsAs: "al" }),
      entry(garden, "t2", { kind: "retraction", target: "ar2" }, 22),
      entry(garden, "e2", { kind: "reaction", target: "ar3", emoji: [] }, 23),
      entry(garden, "r4", { kind: "text", body: "to all" }, 24),
      entry({ jid: ann, kind: "private" }, "p1", { kind: "text", body: "psst" }, 31, {
        for: { nickname: "ann", occupantId: "o-ann", jid: null },
      }),
    ]);
    // Each is identified by its own row: the result of one does not affect the others.
    const refused = { account: me, chat: alice, originId: "e1", condition: "forbidden", text: "", waiting: false };
    const acked = ["m1", "c1", "t1", "e2", "p1"];
    expect(
      engine.write(
        [
          [
            { op: "outbox.acked", args: { account: me, originIds: acked } },
            { op: "outbox.failed", args: refused },
          ],
        ],
        () => false,
      ),
    ).toMatchObject([
      {
        value: [
          {
            messages: [
              { id: 11, delivery: "sent", pendingChange: { kind: "correction" } },
              { id: 11, delivery: "sent", pendingChange: null },
              { id: 12, delivery: "sent", pendingChange: null },
              { id: 23, delivery: null, reacting: null },
              { id: 31, delivery: "sent" },
            ],
          },
          { message: { id: 13, reactions: [{ emoji: "👍" }], reacting: { failure: { condition: "forbidden" } } } },
        ],
      },
    ]);
    expect(pending().map(({ originId }) => originId)).toEqual(["c2", "t2", "r4"]);
    // New entries are added at the end.
    const [more] = engine.write([[outgoing("last", "z")]], () => false);
    expect(more).toMatchObject({ ok: true });
    expect(pending().at(-1)).toMatchObject({ originId: "z" });
    engine.close();
  });

  it("lead a store of version 10 to the newest: no message has a method of encryption that we do not support", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 10));
    old.db.exec("UPDATE messages SET body = '', problem = 'not-xml' WHERE id = 1");
    old.db.close();
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: { messages: [{ protection: { kind: "unreadable", reason: "not-xml" } }, { body: "was not read" }, {}] },
    });
    engine.close();
  });

  it("lead a store of version 11 to the newest: invitations stay, without a password", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 11));
    old.db.exec(`INSERT INTO invitations VALUES ('${me}', '${room}', '${alice}', 1, 'tea?', 7)`);
    old.db.close();
    const engine = createEngine(openFile(path, key), defaultSettings);
    const invitation = { account: me, room, from: alice, known: true, reason: "tea?", receivedAt: 7 };
    expect(engine.read("invitations.all", {})).toMatchObject({ value: [invitation] });
    expect(engine.read("invitation.password", { account: me, room })).toMatchObject({ ok: true, value: null });
    engine.close();
  });

  it("lead a store of version 12 to the newest: invitations stay, without a nickname and a contact of the room's", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 12));
    old.db.exec(`INSERT INTO invitations VALUES ('${me}', '${room}', '${room}', 0, 'tea?', 7, 's3cret')`);
    old.db.close();
    const engine = createEngine(openFile(path, key), defaultSettings);
    const invitation = { account: me, room, from: room, known: false, reason: "tea?", receivedAt: 7 };
    expect(engine.read("invitations.all", {})).toMatchObject({
      value: [{ ...invitation, nickname: null, contact: null }],
    });
    expect(engine.read("invitation.password", { account: me, room })).toMatchObject({ ok: true, value: "s3cret" });
    engine.close();
  });

  it("lead a store of version 13 to the newest: no unreadable message is known as a correction", () => {
    versionOne();
    const old = openFile(path, key, migrations.slice(0, 13));
    old.db.exec("UPDATE messages SET body = '', encryption = 'omemo', problem = 'session-broken' WHERE id = 1");
    old.db.close();
    const { db } = openFile(path, key);
    expect(db.prepare("SELECT replaces, problem FROM messages WHERE id = 1").get()).toEqual({
      replaces: null,
      problem: "session-broken",
    });
    db.close();
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: { messages: [{ protection: { problem: "session-broken" } }, { body: "was not read" }, {}] },
    });
    engine.close();
  });

  it("lead a store of version 14 to the newest: messages have no files, and take them along when they are deleted", () => {
    versionOne();
    openFile(path, key, migrations.slice(0, 14)).db.close();
    const { db } = openFile(path, key);
    const count = () => db.prepare("SELECT count(*) FROM outgoing_files", { pluck: true }).get();
    expect(count()).toBe(0);
    db.exec(`INSERT INTO outgoing_files (id, message_id, place, name, media_type, size, sha256, iv, key)
      VALUES ('f', 3, 0, 'a.png', 'image/png', 1, 'h', 'i', 'k')`);
    expect(() => db.exec("UPDATE outgoing_files SET message_id = 99")).toThrow("FOREIGN KEY");
    db.exec("DELETE FROM messages WHERE id = 3");
    expect(count()).toBe(0);
    db.close();
  });

  it("lead a store of version 14 to the newest: texts that are only links to files become files", () => {
    versionOne();
    const link = `aesgcm://files.example/a%20b.png#${"0a".repeat(12)}${"b1".repeat(32)}`;
    const old = openFile(path, key, migrations.slice(0, 14));
    old.db.prepare("UPDATE messages SET body = ? WHERE id IN (1, 3)").run([link]);
    old.db.exec("UPDATE messages SET body = 'https://files.example/b.pdf' WHERE id = 2");
    old.db.close();
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
      value: {
        messages: [
          { body: "", files: [{ name: "a b.png", kind: "picture", encrypted: true, inline: true }] },
          { body: "", files: [{ name: "b.pdf", kind: "document", encrypted: false, inline: false }] },
          // It waits to be sent as it is.
          { body: link, files: [] },
        ],
      },
    });
    expect(engine.read("message.file", { account: me, id: 1 as MessageId, file: 0 })).toMatchObject({
      value: {
        sources: [
          { url: "https://files.example/a%20b.png", key: { cipher: "aes-256-gcm-tagged", key: "b1".repeat(32) } },
        ],
      },
    });
    engine.close();
  });

  it("stop at the last complete step if one fails, and continue from there", () => {
    versionOne();
    const next = { sql: "ALTER TABLE messages ADD COLUMN mood TEXT" };
    const broken = { sql: "CREATE TABLE half (a); UPDATE messages SET body = ''; SELECT no_such_function()" };
    const steps = [...migrations.slice(0, 1), next];
    expect(() => openFile(path, key, [...steps, broken])).toThrow(expect.objectContaining({ code: "internal" }));
    const after = tables(steps);
    expect(after.version).toBe(2);
    expect(after).not.toHaveProperty("half");
    const { db } = openFile(path, key, steps);
    expect(db.prepare("SELECT body FROM messages ORDER BY id", { pluck: true }).all()).toEqual([
      "was read",
      "was not read",
      "out",
    ]);
    db.close();
    expect(() => openFile(path, key, migrations.slice(0, 1))).toThrow(expect.objectContaining({ code: "newer" }));
  });

  it("leave no file behind if the first one fails", () => {
    expect(() => openFile(path, key, [{ sql: "CREATE TABLE a (b); nonsense" }])).toThrow();
    expect(readdirSync(folder)).toEqual([]);
    expect(tables().version).toBe(VERSION);
  });
});
