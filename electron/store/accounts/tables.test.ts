import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import { alice, bob, fixture, incoming, jid, me, other, stored, T, type Fixture } from "../testing/store.ts";
import { outgoing } from "../testing/outbox.ts";
import { reaction, takeOp } from "../testing/reactions.ts";
import { received, room, roomText, storedRoom } from "../testing/room.ts";

describe("settings, accounts, account values, requests and the roster", () => {
  let f: Fixture;
  beforeEach(async () => void (f = await fixture()));
  afterEach(() => f.end());

  const item = (name: string, of = alice) => ({
    jid: of,
    name,
    groups: ["Freunde", "a,b"],
    subscription: "both" as const,
    asked: false,
  });

  it("has the defaults until a setting is changed", async () => {
    expect(await f.store.read("settings.get", {})).toEqual(defaultSettings);
    const changed = { ...defaultSettings, theme: "dark" as const, enterSends: false };
    await f.store.write({ op: "settings.set", args: changed });
    await f.reopen();
    expect(await f.store.read("settings.get", {})).toEqual(changed);
  });

  it("keeps accounts in order, and changes one without losing its data", async () => {
    await f.receive();
    await f.store.write({ op: "accountState.set", args: { account: me, key: "k", value: "v" } });
    const changed = stored(me, { password: "new", enabled: false, pinnedFingerprint: "ab".repeat(32) });
    await f.store.write({ op: "account.put", args: changed });
    expect(await f.store.read("accounts.all", {})).toEqual([changed, stored(other)]);
    expect(await f.bodies()).toEqual(["hello"]);
    expect(await f.store.read("accountState.get", { account: me, key: "k" })).toBe("v");
    await f.store.write({ op: "accountState.set", args: { account: me, key: "k", value: null } });
    expect(await f.store.read("accountState.get", { account: me, key: "k" })).toBeNull();
  });

  it("removes an account with all its data, down to the last row, and nothing of another account", async () => {
    const bytes = { publicKey: new Uint8Array(33), privateKey: new Uint8Array(32) };
    const many = Array.from({ length: 1200 }, (_, n) => incoming({ body: `secret ${n}`, sentAt: T + n }));
    await f.store.write(
      ...many,
      incoming({ account: other, body: "stays" }),
      { op: "roster.put", args: { account: me, item: item("A"), version: "1" } },
      { op: "request.put", args: { account: me, jid: bob, nickname: "B", message: "", receivedAt: T } },
      { op: "accountState.set", args: { account: me, key: "k", value: "v" } },
      outgoing("mine", "o", { jid: bob }),
      { op: "room.put", args: storedRoom({ password: "secret" }) },
      {
        op: "invitation.put",
        args: {
          ...{ account: me, room, from: bob, nickname: null, known: true, contact: null },
          ...{ reason: "secret", receivedAt: T },
        },
      },
      { op: "archive.open", args: { account: me, archive: room, now: T } },
      received(roomText("secret", { mentionsUs: true }), { archiveId: "a1" }),
      { op: "omemo.listed", args: { account: me, jid: alice, devices: [{ id: 1, label: "L" }], now: T } },
      {
        op: "omemo.apply",
        args: {
          account: me,
          now: T,
          changes: [
            { kind: "own", own: { id: 9, identity: bytes } },
            { kind: "prekeys", add: [{ id: 1, ...bytes }] },
            { kind: "signedPreKey", add: { id: 1, ...bytes, signature: bytes.publicKey, createdAt: T } },
            { kind: "session", jid: alice, device: 1, record: bytes.publicKey },
            { kind: "identity", jid: alice, device: 2, identityKey: bytes.publicKey, trust: "trusted" },
          ],
        },
      },
    );
    const react = (target: string) => takeOp(reaction("👍", { target }));
    await f.store.write(...Array.from({ length: 1200 }, (_, n) => react(`not here ${n}`)));
    await f.store.write({ op: "account.remove", args: { account: me } });
    expect(await f.chat()).toBeNull();
    expect(await f.store.read("outbox.pending", { account: me })).toEqual([]);
    // A new account with the same id starts empty, even while the old one is being deleted.
    await f.store.write({ op: "account.put", args: stored(me) }, incoming({ body: "new" }));
    expect(await f.bodies()).toEqual(["new"]);

    await f.store.close();
    const connection = openFile(f.path, f.key);
    const { db } = connection;
    const engine = createEngine(connection, defaultSettings);
    while (engine.purge());
    expect(db.prepare("SELECT body FROM messages ORDER BY id", { pluck: true }).all()).toEqual(["stays", "new"]);
    const omemo = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'omemo%'", { pluck: true })
      .all();
    expect(omemo).toHaveLength(6);
    for (const table of [
      "roster",
      "requests",
      "memory",
      "outbox",
      "amendments",
      "reactions",
      "purge",
      "rooms",
      "invitations",
      "spans",
      ...omemo,
    ]) {
      expect(db.prepare(`SELECT count(*) FROM ${table}`, { pluck: true }).get()).toBe(0);
    }
    db.close();
  });

  it("keeps one request per JID, at the place of the first, oldest first", async () => {
    const request = (of = alice, receivedAt = T) => ({
      account: me,
      jid: of,
      nickname: "N",
      message: "Hi",
      receivedAt,
    });
    await f.store.write(
      { op: "request.put", args: request(alice, T + 1) },
      { op: "request.put", args: request(bob, T + 2) },
      { op: "request.put", args: { ...request(alice, T + 3), nickname: "M" } },
    );
    expect(await f.store.read("requests.all", {})).toEqual([
      { ...request(alice, T + 1), nickname: "M" },
      request(bob, T + 2),
    ]);
    expect(await f.store.write({ op: "request.put", args: request(bob, T + 4) })).toEqual([
      { kept: null, removed: [] },
    ]);
    const remove = { op: "request.remove" as const, args: { account: me, jid: alice } };
    expect(await f.store.write(remove, remove)).toEqual([true, false]);
    expect(await f.store.read("requests.all", {})).toEqual([request(bob, T + 2)]);
  });

  it("limits requests of strangers by account and domain, but not those of contacts", async () => {
    const request = (jid: string, n: number) => ({
      op: "request.put" as const,
      args: { account: me, jid: jid as typeof alice, nickname: "", message: "", receivedAt: T + n },
    });
    await f.store.write({
      op: "roster.put",
      args: {
        account: me,
        item: { jid: "old@evil.example" as typeof alice, name: "", groups: [], subscription: "to", asked: false },
        version: null,
      },
    });
    await f.store.write(...Array.from({ length: 60 }, (_, n) => request(`u${n}@evil.example`, n)));
    await f.store.write(...Array.from({ length: 250 }, (_, n) => request(`u@d${n}.example`, 500 + n)));
    const full = await f.store.read("requests.all", {});
    expect([full.length, full.filter(({ jid }) => jid.endsWith("@evil.example")).map(({ jid }) => jid)]).toEqual([
      200,
      ["u0@evil.example"],
    ]);
    expect(await f.store.write(request("old@evil.example", 2_000))).toMatchObject([
      { kept: { jid: "old@evil.example" }, removed: [] },
    ]);
    expect(await f.store.read("requests.all", {})).toHaveLength(201);
  });

  it("adds, changes and removes contacts together with the roster's version", async () => {
    const get = () => f.store.read("roster.get", { account: me, jid: alice });
    const version = () => f.store.read("roster.version", { account: me });
    expect(await version()).toBeNull();
    await f.store.write({ op: "roster.put", args: { account: me, item: item("Alice"), version: "v1" } });
    await f.store.write({ op: "roster.put", args: { account: me, item: item("Älis"), version: "v2" } });
    expect(await get()).toEqual({ account: me, ...item("Älis") });
    expect(await version()).toBe("v2");
    await f.store.write({ op: "roster.remove", args: { account: me, jid: alice, version: "v3" } });
    expect(await get()).toBeNull();
    expect(await version()).toBe("v3");
  });

  it("replaces a roster of 20,000 contacts, reports the removed ones, and pages through all of it", async () => {
    const items = Array.from({ length: 20_000 }, (_, n) => item(`${n}`, jid(`c${n}@example.org`)));
    const first = [...items, item("Alice")];
    await f.store.write({ op: "roster.replace", args: { account: me, items: first, version: "1" } });
    await f.store.write({ op: "roster.put", args: { account: other, item: item("Theirs"), version: "1" } });
    const replace = { account: me, items, version: "2" };
    expect(await f.store.write({ op: "roster.replace", args: replace })).toEqual([{ removed: [alice] }]);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: { contacts: { account: string; jid: string }[]; next: string | null } = await f.store.read(
        "roster.page",
        { after, limit: 3000 },
      );
      seen.push(...page.contacts.map((contact) => `${contact.account} ${contact.jid}`));
      after = page.next;
    } while (after !== null);
    expect(seen).toHaveLength(20_001);
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(20_001);
  });
});
