import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import xml, { type Element } from "@xmpp/xml";
import { FIRST_PAGE } from "../../electron/app/catch-up.ts";
import { drainBare } from "../../bench/catchup-socket.ts";
import { seeded } from "./archive-seed.ts";
import { connectPeer, type Peer } from "./peer.ts";
import { startProsody, type Prosody } from "./prosody.ts";

const MESSAGES = 140;
const CHATS = 60;
/** What Prosody gives at once, unless told otherwise. */
const SERVERS_PAGE = 50;
const YEAR = 365 * 24 * 3600 * 1000;

let folder: string;
let server: Prosody;
let peer: Peer;
/** The archive as an independent client reads it, oldest first. */
const results: { id: string; at: number; message: Element }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jackdaw-seed-"));
  server = await startProsody({ accounts: { alice: "secret", bob: "hidden" }, ...seeded(folder, { user: "alice", messages: MESSAGES, chats: CHATS, seed: 1 }) });
  peer = await connectPeer({ server, jid: "alice@localhost", password: "secret", resource: "test" });
  for (let after = "", complete = false; !complete; ) {
    const set = xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, "50"), ...(after === "" ? [] : [xml("after", {}, after)]));
    const answer = await peer.request(xml("iq", { type: "set" }, xml("query", { xmlns: "urn:xmpp:mam:2" }, set)));
    const fin = answer.getChild("fin")!;
    complete = fin.attrs["complete"] === "true";
    after = fin.getChild("set")!.getChildText("last")!;
  }
  for (const stanza of peer.stanzas) {
    const result = stanza.getChild("result", "urn:xmpp:mam:2");
    if (result === undefined) continue;
    const forwarded = result.getChild("forwarded")!;
    results.push({ id: String(result.attrs["id"]), at: Date.parse(String(forwarded.getChild("delay")!.attrs["stamp"])), message: forwarded.getChild("message")! });
  }
});
afterAll(async () => {
  await peer?.stop();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

it("puts every message into the archive once, under an id of the server's, oldest first", () => {
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

it("spreads them over all contacts, both ways, of all lengths, with and without a wish for a receipt", () => {
  const own = results.filter(({ message }) => message.attrs["from"] === "alice@localhost/phone");
  const contacts = results.map(({ message }) => String(own.some((one) => one.message === message) ? message.attrs["to"] : message.attrs["from"]).split("/")[0]);
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

it("gives the same messages for the same seed", async () => {
  // Not where the server looks when it starts again.
  const elsewhere = join(folder, "elsewhere");
  await mkdir(elsewhere);
  const texts = async (seed: number): Promise<string[]> => {
    seeded(elsewhere, { user: "alice", messages: 20, chats: 3, seed });
    const lines = (await readFile(join(elsewhere, "seed.jsonl"), "utf8")).trim().split("\n");
    return lines.map((line) => (JSON.parse(line) as { xml: string }).xml);
  };
  const first = await texts(7);
  expect(first).toHaveLength(20);
  expect(await texts(7)).toEqual(first);
  expect(await texts(8)).not.toEqual(first);
});

it("is there once however often the server starts again, and the bare socket of the benchmark reads all of it", async () => {
  await peer.stop();
  await server.restart();
  expect(await drainBare(server)).toMatchObject({
    results: MESSAGES,
    pages: 1 + Math.ceil((MESSAGES - FIRST_PAGE) / SERVERS_PAGE),
    largest: SERVERS_PAGE,
  });
});
