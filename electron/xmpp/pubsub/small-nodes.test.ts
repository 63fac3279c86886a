import xml from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import { bookmark, bookmarkDevice as device, PUBLISH_OPTIONS, rooms } from "../testing/bookmarks.ts";
import { account } from "../testing/feature.ts";
import { PepServer } from "../testing/pep-server.ts";

const BOOKMARKS = "urn:xmpp:bookmarks:1";
const DISPLAYED = "urn:xmpp:mds:displayed:0";
describe("nodes on servers that do not accept max_items=max", () => {
  it.each([
    ["max", 1_000],
    ["255", 255],
    ["100", 100],
    ["50", 50],
  ])("are given %s items if the server accepts no more", async (most, kept) => {
    const server = new PepServer({
      accepts: (size) => size === most || (size !== "max" && Number(size) <= Number(most)),
    });
    const { bookmarks: intents, displayed, limited } = await device(server)();
    for (const one of ["tea", "pub", "den"]) expect(await intents.put(bookmark(one))).toBe(true);
    for (const chat of rooms("tea", "pub")) await displayed.publish({ chat: chat, by: account, archiveId: "a1" });
    expect(server.ids(BOOKMARKS)).toEqual(rooms("tea", "pub", "den"));
    expect(server.ids(DISPLAYED)).toEqual(rooms("tea", "pub"));
    expect([...server.nodes.values()].map(({ maxItems }) => maxItems)).toEqual([kept, kept]);
    expect(server.storage).toEqual([]);
    expect(limited()).toEqual([]);
  });

  it("are enlarged if an older client created them for one item", async () => {
    const server = new PepServer({ accepts: (size) => size !== "max" });
    server.put(BOOKMARKS, rooms("old")[0]!, xml("conference", { xmlns: BOOKMARKS }));
    const { bookmarks: intents } = await device(server)();
    await intents.put(bookmark("tea"));
    expect(server.ids(BOOKMARKS)).toEqual(rooms("old", "tea"));
  });

  it("are asked for the accepted number only once in a session", async () => {
    const server = new PepServer({ accepts: (size) => size === "50" });
    const { bookmarks: intents, sent } = await device(server)();
    await intents.put(bookmark("tea"));
    sent.length = 0;
    await intents.put(bookmark("pub"));
    expect(sent.filter((iq) => String(iq).includes("<publish "))).toHaveLength(1);
    expect(String(sent[0])).toContain("<value>50</value>");
  });
});

describe.each<[string, PepServer["limits"]]>([
  ["refuses every number", { accepts: () => false }],
  ["ignores the options of a publication", { isIgnorant: true, accepts: () => false }],
])("a server that keeps one item in a node and %s", (_, limits) => {
  it("gets the bookmarks as one list in the old storage, and the first room is there after a restart", async () => {
    const server = new PepServer(limits);
    const start = device(server);
    const first = await start();
    for (const one of ["tea", "pub", "den"]) expect(await first.bookmarks.put(bookmark(one))).toBe(true);
    expect(server.storage.map((one) => one.attrs["jid"]).sort()).toEqual(rooms("den", "pub", "tea"));
    expect(first.limited()).toEqual(["bookmarks"]);
    const second = await start();
    expect(second.listed()).toMatchObject({ whole: true });
    expect(
      second
        .listed()
        .changed.map(({ room }) => room)
        .sort(),
    ).toEqual(rooms("den", "pub", "tea"));
    await second.bookmarks.remove(rooms("tea")[0]!);
    const third = await start();
    expect(
      third
        .listed()
        .changed.map(({ room }) => room)
        .sort(),
    ).toEqual(rooms("den", "pub"));
    // A device that has not been there finds all of them, too.
    const another = await device(server)();
    expect(
      another
        .listed()
        .changed.map(({ room }) => room)
        .sort(),
    ).toEqual(rooms("den", "pub"));
  });
});

it.each([
  ["max_items=max", { most: 60 }],
  ["max_items=50 and no more", { accepts: (size: string) => size === "50" }],
])("a node that is full gives its bookmarks to the old storage, on a server with %s", async (_, limits) => {
  const server = new PepServer(limits);
  const start = device(server);
  const first = await start();
  const locals = Array.from({ length: 61 }, (__, n) => `room${n}`);
  for (const one of locals) expect(await first.bookmarks.put(bookmark(one))).toBe(true);
  expect(first.limited()).toEqual(["bookmarks"]);
  for (const one of [await start(), await device(server)()])
    expect(
      one
        .listed()
        .changed.map(({ room }) => room)
        .sort(),
    ).toEqual(rooms(...locals).sort());
});

describe("a server that keeps one item in a node and refuses every number", () => {
  it("gets no read markers, and the user is told once", async () => {
    const server = new PepServer({ accepts: () => false });
    const { displayed, limited } = await device(server)();
    for (const chat of rooms("tea", "pub")) await displayed.publish({ chat: chat, by: account, archiveId: "a1" });
    expect(server.ids(DISPLAYED)).toEqual([]);
    expect(limited()).toEqual(["read-markers"]);
  });

  it("without another storage keeps no bookmark, and the caller is told so", async () => {
    const server = new PepServer({ accepts: () => false, isWithoutPrivate: true });
    server.put(BOOKMARKS, rooms("old")[0]!, xml("conference", { xmlns: BOOKMARKS }));
    const { bookmarks: intents } = await device(server, [
      PUBLISH_OPTIONS,
      `${BOOKMARKS}#compat`,
      `${BOOKMARKS}#compat-pep`,
    ])();
    expect(await intents.put(bookmark("tea"))).toBe(false);
    expect(server.ids(BOOKMARKS)).toEqual(rooms("old"));
  });
});
