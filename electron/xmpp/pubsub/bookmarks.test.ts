import { describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { bookmarks } from "./bookmarks.ts";
import { account, began, fixture, give, stanza } from "../testing/feature.ts";
import { pep } from "./pep.ts";
import { StanzaError } from "../stream.ts";

const NODE = "urn:xmpp:bookmarks:1";
const OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";
const room = "tea@rooms.example.org" as BareJid;

function make(features: string[] = [OPTIONS, `${NODE}#compat`, `${NODE}#compat-pep`]) {
  const it = fixture();
  const server = { has: async (one: string) => features.includes(one) };
  const feature = pep(it.ports, server);
  return { ...it, pep: feature, bookmarks: bookmarks(it.ports, feature, server) };
}
const item = (id: string, inner = "", attrs = "autojoin='true' name='Tea'"): string =>
  `<item id='${id}'><conference xmlns='${NODE}' ${attrs}>${inner}</conference></item>`;
const event = (items: string, from: string): string =>
  `<message from='${from}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${NODE}'>${items}</items></event></message>`;
const stored = (items: string) => () =>
  stanza(
    `<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${NODE}'>${items}</items></pubsub></iq>`,
  );
const ok = () => stanza("<iq type='result'/>");
const refuse = () => Promise.reject(new StanzaError("item-not-found", "cancel", ""));
const tea = { room, name: "Tea", nickname: "Al", password: null, autojoin: true };

describe("bookmarks (XEP-0402)", () => {
  it("are read in each new session, and updated by events from other devices", async () => {
    const { bookmarks: feature, pep: node, answers, events } = make();
    answers.push(stored(item(room, "<nick>Al</nick>") + item("not a room") + "<item id='x@y'><other/></item>"));
    await feature.online!(began(false));
    expect(events).toEqual([{ type: "bookmarks", whole: true, changed: [tea], removed: [] }]);
    await feature.online!(began(true));
    await give(node, event(item(room, "<nick>Al</nick>", "autojoin='0'"), account));
    await give(node, event(`<retract id='${room}'/>`, account));
    expect(events.slice(1)).toEqual([
      { type: "bookmarks", whole: false, changed: [{ ...tea, name: "", autojoin: false }], removed: [] },
      { type: "bookmarks", whole: false, changed: [], removed: [room] },
    ]);
  });

  it.each(["a\u{E0001}b", "x".repeat(257), "a\nb"])(
    "ignore a nickname that is not valid in an address, such as %j",
    async (nickname) => {
      const { pep: node, events } = make();
      await give(node, event(item(room, `<nick>${nickname}</nick>`), account));
      expect(events).toEqual([{ type: "bookmarks", whole: false, changed: [{ ...tea, nickname: null }], removed: [] }]);
    },
  );

  it("forged PEP events: are accepted from our own account only (CVE-2023-28686)", async () => {
    const { pep: node, events } = make();
    for (const from of ["eve@example.net", "eve@example.net/x", `${account}/other`, "example.org"])
      await give(node, event(item(room), from));
    expect(events).toEqual(Array(4).fill({ type: "refused", what: "forged-bookmark" }));
  });

  it("leaky private storage: are published with options that keep them private, or not at all (CVE-2018-6591)", async () => {
    const { bookmarks: feature, answers, sent } = make();
    answers.push(() => stanza("<iq type='result'/>"));
    expect(await feature.intents.put(tea)).toBe(true);
    expect(sent[0]!.toString()).toMatch(/pubsub#access_model"><value>whitelist/);
    const open = make([]);
    open.answers.push(refuse, refuse, refuse);
    expect(await open.bookmarks.intents.put(tea)).toBe(false);
    expect(open.sent.map(String).filter((iq) => iq.includes("<publish"))).toEqual([]);
  });

  it("are published with fewer options on a server that supports only some, but always privately", async () => {
    const { bookmarks: feature, answers, sent } = make();
    // As ejabberd says it.
    const unknown =
      "Unknown field 'pubsub#send_last_published_item' of type 'http://jabber.org/protocol/pubsub#publish-options'";
    const refuses = () => Promise.reject(new StanzaError("resource-constraint", "wait", unknown));
    answers.push(refuses, refuse, ok, ok);
    expect(await feature.intents.put(tea)).toBe(true);
    expect(sent[2]!.toString()).toMatch(/<create .*<configure>.*pubsub#max_items/);
    expect(sent[3]!.toString()).toMatch(/pubsub#access_model"><value>whitelist/);
    expect(sent[3]!.toString()).not.toContain("max_items");
    // A server that rejects these options as well gets no bookmark.
    answers.push(refuses, ok, refuses);
    await expect(feature.intents.put(tea)).rejects.toMatchObject({ condition: "resource-constraint" });
  });

  it("keep the extensions of other clients", async () => {
    const { bookmarks: feature, answers, sent } = make();
    answers.push(stored(item(room, "<extensions><pinned xmlns='urn:other:client'/></extensions>")), () =>
      stanza("<iq type='result'/>"),
    );
    await feature.online!(began(false));
    await feature.intents.put({ ...tea, autojoin: false });
    expect(sent.at(-1)!.toString()).toContain("urn:other:client");
  });

  const privately = (inner: string) => () =>
    stanza(
      `<iq type='result'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>${inner}</storage></query></iq>`,
    );
  const old = `<conference jid='${room}' name='Tea' autojoin='1'><nick>Al</nick></conference><url url='https://x'/><conference jid='x@y.org'><minimize xmlns='urn:other'/></conference>`;
  const other = { room: "x@y.org", name: "", nickname: null, password: null, autojoin: false };

  it("are imported from the old storage if the server does not synchronize it (XEP-0048, XEP-0049)", async () => {
    const { bookmarks: feature, answers, events, sent } = make([OPTIONS]);
    answers.push(refuse, privately(old), refuse, ok, ok, stored(item(room) + item("x@y.org")));
    await feature.online!(began(false));
    expect(events).toEqual([{ type: "bookmarks", whole: false, changed: [tea, other], removed: [] }]);
    expect(sent.slice(3).map(String)).toEqual([
      expect.stringContaining(`<item id="${room}"`),
      expect.stringContaining('<item id="x@y.org"'),
      expect.stringContaining(`<items node="${NODE}"`),
    ]);
  });

  it("are not imported again after their removal; new ones in the old storage are", async () => {
    const { bookmarks: feature, answers, events, ports } = make([OPTIONS]);
    const kept = new Map([["old-bookmarks", JSON.stringify([room])]]);
    ports.accountState.get = async (key) => kept.get(key) ?? null;
    ports.accountState.set = async (key, value) => void kept.set(key, value ?? "");
    answers.push(stored(item("z@y.org")), privately(old), refuse, ok, stored(item("z@y.org") + item("x@y.org")));
    await feature.online!(began(false));
    expect(events).toMatchObject([{ whole: true, changed: [{ room: "z@y.org" }, other] }]);
    const { private: seen } = JSON.parse(kept.get("old-bookmarks")!) as { private: string[][] };
    expect(seen.map(([one]) => one)).toEqual([room, "x@y.org"]);
  });

  it("are also written to the old storage if it is in use, without changing other content (XEP-0411)", async () => {
    const { bookmarks: feature, answers, sent } = make([OPTIONS]);
    answers.push(ok, privately(old), ok, refuse);
    expect(await feature.intents.put({ ...tea, name: "More tea", autojoin: false })).toBe(true);
    const written = sent[2]!.toString();
    expect(written).toContain("https://x");
    expect(written).toContain("urn:other");
    expect(written).toContain(
      `<conference jid="${room}" autojoin="false" name="More tea"><nick>Al</nick></conference>`,
    );
    expect(written).not.toContain('name="Tea"');
    answers.push(ok, privately(old), ok, refuse);
    await feature.intents.remove(room);
    expect(sent.at(-2)!.toString()).not.toContain(room);
    expect(sent.at(-2)!.toString()).toContain("x@y.org");
  });

  it.each([
    [["#compat", "#compat-pep"], 1],
    [["#compat", "conversion"], 1],
    [["#compat-pep"], 2],
    [["#compat"], 2],
    [["conversion"], 2],
    [[], 3],
  ])("query the old storage only if it is not synchronized by a server with %j", async (names, asked) => {
    const {
      bookmarks: feature,
      answers,
      sent,
    } = make([
      OPTIONS,
      ...names.map((name) => (name === "conversion" ? "urn:xmpp:bookmarks-conversion:0" : `${NODE}${name}`)),
    ]);
    answers.push(refuse, refuse, refuse);
    await feature.online!(began(false));
    expect(sent).toHaveLength(asked);
  });

  it("are stored in private XML storage if the server cannot keep a PEP node private", async () => {
    const { bookmarks: feature, answers, sent } = make([]);
    answers.push(privately(""), ok, refuse);
    expect(await feature.intents.put(tea)).toBe(true);
    expect(sent.map(String).join()).not.toContain("<publish");
    expect(sent[1]!.toString()).toContain("jabber:iq:private");
  });

  it.each(["a\u{E0001}b", "x".repeat(257), "a\nb"])(
    "ignore a nickname that is not valid in an address, such as %j",
    async (nickname) => {
      const { pep: node, events } = make();
      await give(node, event(item(room, `<nick>${nickname}</nick>`), account));
      expect(events).toEqual([{ type: "bookmarks", whole: false, changed: [{ ...tea, nickname: null }], removed: [] }]);
    },
  );

  it("forged PEP events: the old node is accepted from our own account only", async () => {
    const { pep: node, answers, events } = make([OPTIONS]);
    const list = `<message from='FROM'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='storage:bookmarks'><item id='current'><storage xmlns='storage:bookmarks'>${old}</storage></item></items></event></message>`;
    await give(node, list.replace("FROM", "eve@example.net"));
    expect(events).toEqual([{ type: "refused", what: "forged-bookmark" }]);
    answers.push(ok, ok, stored(item(room) + item("x@y.org")), refuse, refuse);
    await give(node, list.replace("FROM", account));
    await vi.waitFor(() => expect(events[1]).toBeDefined());
    expect(events[1]).toEqual({ type: "bookmarks", whole: false, changed: [tea, other], removed: [] });
  });
});
