import { describe, expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { bookmarks } from "./bookmarks.ts";
import { account, began, fixture, give, stanza } from "./fixture-feature.ts";
import { pep } from "./pep.ts";
import { StanzaError } from "./ports.ts";

const NODE = "urn:xmpp:bookmarks:1";
const OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";
const room = "tea@rooms.example.org" as BareJid;

function make(features: string[] = [OPTIONS, `${NODE}#compat`]) {
  const it = fixture();
  const server = { has: async (one: string) => features.includes(one) };
  const feature = pep(it.ports, server);
  return { ...it, pep: feature, bookmarks: bookmarks(it.ports, feature, server) };
}
const item = (id: string, inner = "", attrs = "autojoin='true' name='Tea'"): string => `<item id='${id}'><conference xmlns='${NODE}' ${attrs}>${inner}</conference></item>`;
const event = (items: string, from: string): string =>
  `<message from='${from}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${NODE}'>${items}</items></event></message>`;
const stored = (items: string) => () => stanza(`<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${NODE}'>${items}</items></pubsub></iq>`);
const tea = { room, name: "Tea", nickname: "Al", password: null, autojoin: true };

describe("bookmarks (XEP-0402)", () => {
  it("are read with each new session, and change with the other devices", async () => {
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

  it("forged PEP events: only our own account says what is bookmarked (CVE-2023-28686)", async () => {
    const { pep: node, events } = make();
    for (const from of ["eve@example.net", "eve@example.net/x", `${account}/other`, "example.org"]) await give(node, event(item(room), from));
    expect(events).toEqual(Array(4).fill({ type: "refused", what: "forged-bookmark" }));
  });

  it("leaky private storage: are published with the options that keep them private, or not at all (CVE-2018-6591)", async () => {
    const { bookmarks: feature, answers, sent } = make();
    answers.push(() => stanza("<iq type='result'/>"));
    expect(await feature.intents.put(tea)).toBe(true);
    expect(sent[0]!.toString()).toMatch(/pubsub#access_model"><value>whitelist/);
    const open = make([]);
    expect(await open.bookmarks.intents.put(tea)).toBe(false);
    expect(open.sent).toEqual([]);
  });

  it("are kept by a server that knows only some of the options, as private as by any other", async () => {
    const { bookmarks: feature, answers, sent } = make();
    const refuses = () => Promise.reject(new StanzaError("resource-constraint", "modify", "Unknown field"));
    answers.push(refuses, () => stanza("<iq type='result'/>"), refuses);
    expect(await feature.intents.put(tea)).toBe(true);
    expect(sent[1]!.toString()).toMatch(/pubsub#access_model"><value>whitelist/);
    expect(sent[1]!.toString()).not.toContain("max_items");
    expect(sent[2]!.toString()).toMatch(/<configure .*pubsub#max_items/);
    // One that refuses these, too, gets nothing.
    answers.push(refuses, refuses);
    await expect(feature.intents.put(tea)).rejects.toMatchObject({ condition: "resource-constraint" });
  });

  it("keep what other clients put into them", async () => {
    const { bookmarks: feature, answers, sent } = make();
    answers.push(stored(item(room, "<extensions><pinned xmlns='urn:other:client'/></extensions>")), () => stanza("<iq type='result'/>"));
    await feature.online!(began(false));
    await feature.intents.put({ ...tea, autojoin: false });
    expect(sent.at(-1)!.toString()).toContain("urn:other:client");
  });

  it("come from the older store where the server keeps no others (XEP-0048, XEP-0049), and are kept in the new one from then on", async () => {
    const { bookmarks: feature, answers, events, sent } = make([OPTIONS]);
    answers.push(
      () => Promise.reject(new StanzaError("item-not-found", "cancel", "")),
      () => stanza(`<iq type='result'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='${room}' name='Tea' autojoin='1'><nick>Al</nick></conference><url url='x'/></storage></query></iq>`),
      () => stanza("<iq type='result'/>"),
    );
    await feature.online!(began(false));
    expect(events).toEqual([{ type: "bookmarks", whole: false, changed: [tea], removed: [] }]);
    expect(sent.at(-1)!.toString()).toContain(`<publish node="${NODE}"`);
  });
});
