import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "../database.ts";
import { createEngine } from "../engine.ts";
import { alice, incoming, me, stored, temporaryFolder } from "../fixture.ts";
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

  /** A store of version 1 with a row of everything. */
  function versionOne(): void {
    const engine = createEngine(openFile(path, key, migrations.slice(0, 1)), defaultSettings);
    const outcomes = engine.write(
      [
        [
          { op: "account.put", args: stored(me) },
          { op: "settings.set", args: { ...defaultSettings, theme: "dark" } },
          { op: "memory.set", args: { account: me, key: "k", value: "v" } },
          {
            op: "roster.replace",
            args: { account: me, version: "1", items: [{ jid: alice, name: "A", groups: ["g"], subscription: "to", asked: true }] },
          },
          { op: "request.put", args: { account: me, jid: alice, nickname: "", message: "", receivedAt: 1 } },
          incoming({ body: "in", originId: "o", archiveId: "a" }),
          { op: "message.queue", args: { account: me, jid: alice, body: "out", originId: "q", now: 2e12 } },
        ],
      ],
      () => false,
    );
    expect(outcomes).toMatchObject([{ ok: true }]);
    engine.close();
  }
  const tables = (steps = migrations) => {
    const { db } = openFile(path, key, steps);
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", { pluck: true });
    const counts = names.all().map((name) => [name, db.prepare(`SELECT count(*) FROM ${name}`, { pluck: true }).get()]);
    const version = db.pragma("user_version", { simple: true });
    db.close();
    return { version, ...Object.fromEntries(counts) };
  };

  it("lead a store of version 1 to the newest with all its rows", () => {
    versionOne();
    const rows = { settings: 4, accounts: 1, memory: 1, roster: 1, requests: 1, chats: 1, messages: 2, outbox: 1 };
    expect(tables()).toMatchObject({ version: VERSION, ...rows });
    const engine = createEngine(openFile(path, key), defaultSettings);
    expect(engine.read("settings.get", {})).toMatchObject({ ok: true, value: { theme: "dark" } });
    expect(engine.read("chat.get", { account: me, jid: alice })).toMatchObject({ ok: true, value: { unread: 1, last: { text: "out" } } });
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
    expect(db.prepare("SELECT body FROM messages ORDER BY id", { pluck: true }).all()).toEqual(["in", "out"]);
    db.close();
    expect(() => openFile(path, key, migrations.slice(0, 1))).toThrow(expect.objectContaining({ code: "newer" }));
  });

  it("leave no file behind when the first one fails", () => {
    expect(() => openFile(path, key, [{ sql: "CREATE TABLE a (b); nonsense" }])).toThrow();
    expect(readdirSync(folder)).toEqual([]);
    expect(tables().version).toBe(VERSION);
  });
});
