import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { alice, incoming, me, stored, temporaryFolder } from "../testing/store.ts";
import { received, room, said } from "../testing/room.ts";
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

  /** A store of version 1 with a row of everything, as that version wrote it. */
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
    // What was read before is told to nobody now.
    expect(engine.read("chats.toTell", { account: me })).toMatchObject({
      ok: true,
      value: [{ jid: alice, synced: { id: "a2" } }],
    });
    engine.close();
  });

  it("lead a store of version 2 to the newest: its messages are plaintext as they were, and its chats can be encrypted", () => {
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

  it("lead a store of version 4 to the newest: its chats are with contacts, and its messages have no writer and name nobody", () => {
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
      value: [{ originId: "q", kind: "contact" }],
    });
    expect(engine.read("archive.state", { account: me, archive: null })).toMatchObject({ value: { oldestId: "a1" } });
    const repeated = incoming({ archiveId: "a2", body: "was not read" });
    expect(engine.write([[repeated, received(said("hello", { mentionsUs: true }))]], () => false)).toMatchObject([
      { ok: true, value: [{ messages: [] }, { isNew: true, chats: [{ kind: "room", mentions: 1 }] }] },
    ]);
    engine.close();
  });

  it("lead a store of version 5 to the newest: its rooms cannot be encrypted until we are in them again", () => {
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

  it("lead a store of version 6 to the newest: its rooms stay, and there are no pictures yet", () => {
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

  it("lead a store of version 7 to the newest: nothing was corrected or taken back, and what waits are messages", () => {
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
          amending: null,
        })),
      },
    });
    expect(engine.read("outbox.pending", { account: me })).toMatchObject({
      value: [{ originId: "q", body: "out", amends: null }],
    });
    const correction = incoming({ body: "better", originId: "c", replaces: "o2", sentAt: 5000 });
    expect(engine.write([[correction]], () => false)).toMatchObject([
      { ok: true, value: [{ isNew: false, messages: [{ id: 2, body: "better", editedAt: 5000 }] }] },
    ]);
    engine.close();
  });

  it("lead a store of version 8 to the newest: nobody has reacted yet, and what waits are messages and changes of them", () => {
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
        { originId: "q", amends: null, reacts: null },
        { originId: "c", amends: { kind: "correction" }, reacts: null },
      ],
    });
    const react = {
      op: "reaction.set" as const,
      args: { account: me, id: 2 as MessageId, emoji: "👍", chosen: true, originId: "r", now: 5000 },
    };
    expect(engine.write([[react]], () => false)).toMatchObject([
      { ok: true, value: [{ message: { id: 2, reactions: [{ emoji: "👍", own: true }] } }] },
    ]);
    engine.close();
  });

  it("stop at the last complete step when one fails, and go on from there", () => {
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

  it("leave no file behind when the first one fails", () => {
    expect(() => openFile(path, key, [{ sql: "CREATE TABLE a (b); nonsense" }])).toThrow();
    expect(readdirSync(folder)).toEqual([]);
    expect(tables().version).toBe(VERSION);
  });
});
