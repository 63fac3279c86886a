import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../shared/model/settings.ts";
import type { Connection } from "./connection.ts";
import type { WriteOp } from "../contract/index.ts";
import { openFile } from "./database.ts";
import { createEngine, type Engine } from "./engine.ts";
import { alice, fixture, incoming, me, stored, temporaryFolder } from "../testing/store.ts";

const never = () => false;

describe("writes that share a transaction", () => {
  let folder: string;
  let connection: Connection;
  let engine: Engine;
  const key = randomBytes(32);
  beforeEach(() => {
    folder = temporaryFolder();
    connection = openFile(join(folder, "jackdaw.db"), key);
    engine = createEngine(connection, defaultSettings);
    engine.write([[{ op: "account.put", args: stored(me) }]], never);
  });
  afterEach(() => {
    engine.close();
    rmSync(folder, { recursive: true });
  });

  const bad = incoming({ account: "nobody000000" as typeof me });
  const texts = () => connection.db.prepare("SELECT body FROM messages ORDER BY id", { pluck: true }).all();
  /** All of them, in as many transactions as necessary. */
  function codes(writes: WriteOp[][]): string[] {
    if (writes.length === 0) return [];
    const outcomes = engine.write(writes, never);
    expect(outcomes.length).toBeGreaterThan(0);
    const first = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code));
    return [...first, ...codes(writes.slice(outcomes.length))];
  }
  const pragma = (text: string) => connection.db.pragma(text);

  it("undo only the one that fails, but all of that one", () => {
    expect(codes([[incoming({ body: "1" })], [incoming({ body: "2" }), bad], [incoming({ body: "3" })]])).toEqual([
      "ok",
      "internal",
      "ok",
    ]);
    expect(texts()).toEqual(["1", "3"]);
  });

  it("end early when the time is up, with what was done so far", () => {
    let asked = 0;
    const writes = ["1", "2", "3"].map((body) => [incoming({ body })]);
    expect(engine.write(writes, () => ++asked === 2)).toHaveLength(2);
    expect(texts()).toEqual(["1", "2"]);
  });

  it("survive an unknown operation", () => {
    expect(codes([[{ op: "no.such" } as never], [incoming({ body: "1" })]])).toEqual(["internal", "ok"]);
    expect(codes([[{ op: "no.such" } as never]])).toEqual(["internal"]);
    expect(engine.read("no.such" as never, {})).toMatchObject({ ok: false });
  });

  it.each([1, 3])("report a full disk (%i at a time), lose nothing, and continue when there is space", (count) => {
    const big = (n: number) => incoming({ body: `${n}`.padEnd(60_000, "x"), originId: `big${n}` });
    const group = Array.from({ length: count }, (_, n) => [big(n)]);
    engine.write([[incoming({ body: "kept" })]], never);
    pragma(`max_page_count = ${Number(connection.db.pragma("page_count", { simple: true }))}`);
    expect(codes(group)).toEqual(group.map(() => "full"));
    expect(texts()).toEqual(["kept"]);
    expect(connection.db.pragma("integrity_check", { simple: true })).toBe("ok");
    pragma("max_page_count = 1000000");
    expect(codes(group)).toEqual(group.map(() => "ok"));
    expect(texts()).toHaveLength(1 + count);
  });

  it("store what still fits when the disk is nearly full", () => {
    pragma(`max_page_count = ${Number(connection.db.pragma("page_count", { simple: true })) + 4}`);
    const huge = incoming({ body: "x".repeat(200_000) });
    expect(codes([[incoming({ body: "1" })], [huge], [incoming({ body: "2" })]])).toEqual(["ok", "full", "ok"]);
    expect(texts()).toEqual(["1", "2"]);
  });

  it.each([1, 2])("report a read-only store (%i at a time), while reading continues", (count) => {
    engine.write([[incoming({ body: "kept" })]], never);
    pragma("query_only = 1");
    expect(codes(Array.from({ length: count }, () => [incoming()]))).toEqual(
      Array.from({ length: count }, () => "read-only"),
    );
    expect(engine.read("chat.get", { account: me, jid: alice })).toMatchObject({ ok: true, value: { unread: 1 } });
    pragma("query_only = 0");
    expect(codes([[incoming()]])).toEqual(["ok"]);
  });
});

describe("the store in its thread", () => {
  it("settles each of many writes, and returns committed data", async () => {
    const f = await fixture();
    const writes = Array.from({ length: 500 }, (_, n) =>
      n % 50 === 7
        ? f.store.write(incoming({ account: "nobody000000" as typeof me })).then(
            () => "stored",
            (error) => error.code,
          )
        : f
            .receive({ body: `${n}`, originId: `${n}` })
            .then(async () => ((await f.chat())!.unread > 0 ? "stored" : "unseen")),
    );
    const outcomes = await Promise.all(writes);
    expect(outcomes.filter((one) => one === "internal")).toHaveLength(10);
    expect(outcomes.filter((one) => one === "stored")).toHaveLength(490);
    expect((await f.chat())!.unread).toBe(490);
    await f.end();
  });

  it("completes earlier requests before it closes, and refuses later ones", async () => {
    const f = await fixture();
    const last = f.receive({ body: "last" });
    const closing = f.store.close();
    expect(f.store.close()).toBe(closing);
    expect(await last).toMatchObject({ duplicate: false });
    await closing;
    await expect(f.chat()).rejects.toMatchObject({ name: "StoreError", code: "closed" });
    await expect(f.receive()).rejects.toMatchObject({ code: "closed" });
    await f.reopen();
    expect(await f.bodies()).toEqual(["last"]);
    await f.end();
  });
});
