import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import xml, { type Element } from "@xmpp/xml";
import { FIRST_PAGE } from "../../electron/app/messaging/archive/catch-up.ts";
import { drainBare } from "../../bench/catchup-socket.ts";
import { seeded } from "./archive-seed.ts";
import { connectPeer, type Peer } from "./peer.ts";
import { startProsody, type Prosody } from "./servers/prosody.ts";

const MESSAGES = 140;
const CHATS = 60;
/** Prosody's default page size. */
const SERVERS_PAGE = 50;
const YEAR = 365 * 24 * 3600 * 1000;

let folder: string;
let server: Prosody;
let peer: Peer;
/** The archive as an independent client reads it, oldest first. */
const results: { id: string; at: number; message: Element }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-seed-"));
  server = await startProsody({
    accounts: { alice: "secret", bob: "hidden" },
    ...seeded(folder, { user: "alice", messages: MESSAGES, chats: CHATS, seed: 1 }),
  });
  peer = await connectPeer({ server, jid: "alice@localhost", password: "secret", resource: "test" });
  for (let after = "", complete = false; !complete;) {
    const set = xml(
      "set",
      { xmlns: "http://jabber.org/protocol/rsm" },
      xml("max", {}, "50"),
      ...(after === "" ? [] : [xml("after", {}, after)]),
    );
    const answer = await peer.request(xml("iq", { type: "set" }, xml("query", { xmlns: "urn:xmpp:mam:2" }, set)));
    const fin = answer.getChild("fin")!;
    complete = fin.attrs["complete"] === "true";
    after = fin.getChild("set")!.getChildText("last")!;
  }
  for (const stanza of peer.stanzas) {
    const result = stanza.getChild("result", "urn:xmpp:mam:2");
    if (result === undefined) continue;
    const forwarded = result.getChild("forwarded")!;
    results.push({
      id: String(result.attrs["id"]),
      at: Date.parse(String(forwarded.getChild("delay")!.attrs["stamp"])),
      message: forwarded.getChild("message")!,
    });
  }
});
afterAll(async () => {
  await peer?.stop();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

it("seeding archives every message once, with an id of the server, oldest first", () => {
  expect(results).toHaveLength(MESSAGES);
  expect(new Set(results.map(({ id }) => id)).size).toBe(MESSAGES);
  expect(new Set(results.map(({ message }) => message.getChild("origin-id")!.attrs["id"])).size).toBe(MESSAGES);
  const stamps = results.map(({ at }) => at);
  expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  const age = (at: number): number => Date.now() - at;
  expect(age(stamps[0]!)).toBeGreaterThan(1.99 * YEAR);
  expect(age(stamps.at(-1)!)).toBeGreaterThan(3_599_000);
  expect(age(stamps.at(-1)!)).toBeLessThan(0.05 * YEAR);
});

it("seeded messages cover all contacts, both directions, many lengths, with and without receipt requests", () => {
  const own = results.filter(({ message }) => message.attrs["from"] === "alice@localhost/phone");
  const contacts = results.map(
    ({ message }) =>
      String(own.some((one) => one.message === message) ? message.attrs["to"] : message.attrs["from"]).split("/")[0],
  );
  expect(new Set(contacts)).toEqual(new Set(Array.from({ length: CHATS }, (_, n) => `contact${n}@localhost`)));
  expect(own.length / MESSAGES).toBeGreaterThan(0.25);
  expect(own.length / MESSAGES).toBeLessThan(0.55);
  const bodies = results.map(({ message }) => message.getChildText("body")!);
  const lengths = bodies.map((body) => body.length);
  expect(Math.min(...lengths)).toBeLessThan(30);
  expect(Math.max(...lengths)).toBeGreaterThan(150);
  expect(bodies.join()).toMatch(/ü.*🐦/u);
  const asking = results.filter(({ message }) => message.getChild("request", "urn:xmpp:receipts") !== undefined);
  expect(asking.length).toBeGreaterThan(0);
  expect(asking.length).toBeLessThan(MESSAGES);
});

it("seeding gives the same messages for the same seed", async () => {
  const texts = async (seed: number): Promise<unknown[]> => {
    const elsewhere = await mkdtemp(join(folder, "again-"));
    seeded(elsewhere, { user: "alice", messages: 20, chats: 3, seed });
    const database = new DatabaseSync(join(elsewhere, "prosody.sqlite"), { readOnly: true });
    const rows = database.prepare(`SELECT "value" FROM "prosodyarchive" ORDER BY "sort_id"`).all();
    database.close();
    return rows.map((row) => row["value"]);
  };
  const first = await texts(7);
  expect(first).toHaveLength(20);
  expect(await texts(7)).toEqual(first);
  expect(await texts(8)).not.toEqual(first);
});

it("the server accepts a seeded archive and extends it; the benchmark's bare socket reads all of it, also after a restart", async () => {
  const bob = await connectPeer({ server, jid: "bob@localhost", password: "hidden", resource: "test" });
  await bob.chat("alice@localhost", "live");
  // Follows the message on the same stream, so that the message is archived when the answer arrives.
  await bob
    .request(xml("iq", { type: "get", to: "alice@localhost" }, xml("ping", "urn:xmpp:ping")))
    .catch(() => undefined);
  await bob.stop();
  const all = {
    results: MESSAGES + 1,
    pages: 1 + Math.ceil((MESSAGES + 1 - FIRST_PAGE) / SERVERS_PAGE),
    largest: SERVERS_PAGE,
  };
  expect(await drainBare(server)).toMatchObject(all);
  await peer.stop();
  await server.restart();
  expect(await drainBare(server)).toMatchObject(all);
});

it("the seeded database has the same schema as Prosody's own", async () => {
  const schema = (path: string): unknown => {
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database
      .prepare(`SELECT "name", "sql" FROM "sqlite_schema" WHERE "tbl_name" = 'prosodyarchive' ORDER BY "name"`)
      .all();
    database.close();
    return rows.map(({ name, sql }) => [name, String(sql).replaceAll(/\s+/g, " ")]);
  };
  const path = join(folder, "own.sqlite");
  const other = await startProsody({
    accounts: { alice: "secret" },
    extraConfig: `storage = { archive = "sql" }; sql = { driver = "SQLite3", database = ${JSON.stringify(path)} }`,
  });
  try {
    // The server creates the table on the first query.
    expect((await drainBare(other)).results).toBe(0);
  } finally {
    await other.remove();
  }
  expect(schema(join(folder, "prosody.sqlite"))).toEqual(schema(path));
});
