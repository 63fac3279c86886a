import xml, { type Element } from "@xmpp/xml";
import { describe, expect, it, vi } from "vitest";
import type { Bookmark } from "../room-events.ts";
import { bookmark, bookmarkDevice, PUBLISH_OPTIONS, rooms } from "../testing/bookmarks.ts";
import { account, give } from "../testing/feature.ts";
import { PepServer } from "../testing/pep-server.ts";
import { conferenceOf } from "./bookmark-format.ts";

const NODE = "urn:xmpp:bookmarks:1";
const OLD = "storage:bookmarks";
const [tea, pub] = rooms("tea", "pub");
/** What an older program writes. */
const listed = (...list: Bookmark[]): Element[] => list.map((one) => conferenceOf(one, { jid: one.room }));
const valuesOf = (server: PepServer) =>
  [...server.nodes.get(NODE)!.items].map(([id, payload]) => [id, String(payload)]);

/** A server that synchronizes nothing, on which both stores hold two rooms and have been read once. */
async function world() {
  const server = new PepServer();
  server.storage = listed(bookmark("tea"), bookmark("pub"));
  const start = bookmarkDevice(server);
  await start();
  return { server, start };
}

describe("bookmarks in an old store that the server does not synchronize", () => {
  it.each([
    ["autojoin off", { autojoin: false }],
    ["another password", { password: "new" }],
    ["another name", { name: "Tea room" }],
    ["another nickname", { nickname: "Alice" }],
  ])("are taken over and published if an older program changed them: %s", async (_, change) => {
    const { server, start } = await world();
    const changed = bookmark("tea", change);
    server.storage = listed(changed, bookmark("pub"));
    const device = await start();
    expect(device.listed()).toEqual({
      type: "bookmarks",
      whole: true,
      changed: [changed, bookmark("pub")],
      removed: [],
    });
    expect(valuesOf(server)).toContainEqual([tea, String(conferenceOf(changed, { xmlns: NODE }))]);
    // The next session finds nothing new.
    const before = server.nodes.get(NODE);
    const again = await start();
    expect(again.sent.filter((iq) => iq.attrs["type"] === "set")).toEqual([]);
    expect(server.nodes.get(NODE)).toEqual(before);
  });

  it("are removed from the XEP-0402 node if an older program removed them", async () => {
    const { server, start } = await world();
    server.storage = listed(bookmark("pub"));
    expect((await start()).listed()).toMatchObject({ whole: true, changed: [{ room: pub }] });
    expect(server.ids(NODE)).toEqual([pub]);
  });

  it("are kept if the whole list of several rooms is gone, as that is a lost list and no removal", async () => {
    const { server, start } = await world();
    server.storage = [];
    expect((await start()).listed().changed).toHaveLength(2);
    expect(server.ids(NODE)).toEqual([tea, pub]);
  });

  it("follow changes that a modern client made in the XEP-0402 node, with its removals", async () => {
    const { server, start } = await world();
    server.put(NODE, tea!, conferenceOf(bookmark("tea", { autojoin: false }), { xmlns: NODE }));
    server.nodes.get(NODE)!.items.delete(pub!);
    const device = await start();
    expect(device.listed().changed).toEqual([bookmark("tea", { autojoin: false })]);
    expect(server.storage.map(String)).toEqual(listed(bookmark("tea", { autojoin: false })).map(String));
    expect((await start()).sent.filter((iq) => iq.attrs["type"] === "set")).toEqual([]);
  });

  it("are taken over at once from an event of the old node, also into private XML storage", async () => {
    const { server, start } = await world();
    const device = await start();
    const event = (...list: Bookmark[]) =>
      `<message from='${account}'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${OLD}'><item id='current'>${xml("storage", { xmlns: OLD }, ...listed(...list)).toString()}</item></items></event></message>`;
    await give(device.pep, event(bookmark("tea"), bookmark("pub")));
    await vi.waitFor(() => expect(device.events).toHaveLength(1));
    await give(device.pep, event(bookmark("tea", { autojoin: false }), bookmark("pub")));
    await vi.waitFor(() =>
      expect(device.listed()).toMatchObject({ whole: false, changed: [{ room: tea, autojoin: false }] }),
    );
    expect(String(server.storage)).toContain(`jid="${tea!}" autojoin="false"`);
    await give(device.pep, event(bookmark("tea", { autojoin: false })));
    await vi.waitFor(() =>
      expect(device.listed()).toEqual({ type: "bookmarks", whole: false, changed: [], removed: [pub] }),
    );
    expect([server.ids(NODE), server.storage.length]).toEqual([[tea], 1]);
  });

  it("are not undone by what we change ourselves", async () => {
    const { server, start } = await world();
    const device = await start();
    await device.bookmarks.put(bookmark("tea", { name: "Ours" }));
    await device.bookmarks.remove(pub!);
    expect((await start()).listed().changed).toEqual([bookmark("tea", { name: "Ours" })]);
    expect(server.storage.map(String)).toEqual(listed(bookmark("tea", { name: "Ours" })).map(String));
  });
});

describe("the XEP-0402 node after an absence", () => {
  it("counts as a whole list without rooms if it is empty, so the last bookmark can be removed elsewhere", async () => {
    const server = new PepServer();
    const features = [PUBLISH_OPTIONS, `${NODE}#compat`, `${NODE}#compat-pep`];
    const start = bookmarkDevice(server, features);
    const [device, other] = [await start(), await bookmarkDevice(server, features)()];
    await device.bookmarks.put(bookmark("tea"));
    await other.bookmarks.remove(tea!);
    expect((await start()).listed()).toEqual({ type: "bookmarks", whole: true, changed: [], removed: [] });
  });

  it("says nothing about rooms if it does not exist", async () => {
    expect((await bookmarkDevice(new PepServer())()).listed()).toMatchObject({ whole: false, changed: [] });
  });
});
