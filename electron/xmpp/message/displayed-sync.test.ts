import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { displayedSync } from "./displayed-sync.ts";
import { account, began, fixture, give, stanza } from "../testing/feature.ts";
import { pep } from "../pubsub/pep.ts";
import { StanzaError } from "../stream.ts";

const NODE = "urn:xmpp:mds:displayed:0";
const OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";

function make(features: string[] = [OPTIONS]) {
  const it = fixture();
  const feature = pep(it.ports, { has: async (one) => features.includes(one) });
  return { ...it, pep: feature, sync: displayedSync(it.ports, feature) };
}
const item = (chat: string, id: string, by: string = account): string =>
  `<item id='${chat}'><displayed xmlns='${NODE}'><stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='${id}'/></displayed></item>`;
const event = (items: string, from: string | null): string =>
  `<message ${from === null ? "" : `from='${from}'`} type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${NODE}'>${items}</items></event></message>`;

describe("displayed sync (XEP-0490)", () => {
  it("receives what another device displayed, and announces interest in it", async () => {
    const { pep: feature, events } = make();
    expect(feature.disco).toEqual([`${NODE}+notify`]);
    for (const from of [account, null])
      expect(await give(feature, event(item("bob@example.net", "a1"), from))).toBe(true);
    expect(events).toEqual(
      Array(2).fill({ type: "displayed.synced", items: [{ chat: "bob@example.net", by: account, archiveId: "a1" }] }),
    );
  });

  it("requests the whole node when a new session begins, and not after resumption", async () => {
    const { sync, events, answers, sent } = make();
    answers.push(() =>
      stanza(
        `<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${NODE}'>${item("bob@example.net", "a1")}${item("eve@example.net", "a2")}</items></pubsub></iq>`,
      ),
    );
    await sync.online!(began(false));
    expect(events).toMatchObject([{ items: [{ archiveId: "a1" }, { archiveId: "a2" }] }]);
    await sync.online!(began(true));
    expect(sent).toHaveLength(1);
    answers.push(() => Promise.reject(new StanzaError("item-not-found", "cancel", "")));
    await sync.online!(began(false));
    expect(events).toHaveLength(1);
  });

  it.each([
    ["an id of another archive", item("room@muc.example.org", "a1", "other@muc.example.org")],
    ["no address", item("@", "a1")],
    ["no id", "<item id='bob@example.net'><displayed xmlns='urn:xmpp:mds:displayed:0'/></item>"],
    ["another payload", "<item id='bob@example.net'><x xmlns='urn:else'/></item>"],
    [
      "two ids",
      `<item id='bob@example.net'><displayed xmlns='${NODE}'>${`<stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='1'/>`.repeat(2)}</displayed></item>`,
    ],
  ])("ignores an item with %s", async (_, broken) => {
    const { pep: feature, events } = make();
    await give(feature, event(broken, account));
    expect(events).toEqual([]);
  });

  it("uses the room's archive id for a room, and our own archive's for a private message", async () => {
    const { pep: node, events } = make();
    for (const [chat, by] of [
      ["room@muc.example.org", "room@muc.example.org"],
      ["room@muc.example.org/nick", account],
    ])
      await give(node, event(item(chat!, "a1", by), account));
    for (const [chat, by] of [
      ["room@muc.example.org", "other@muc.example.org"],
      ["room@muc.example.org/nick", "room@muc.example.org"],
    ])
      await give(node, event(item(chat!, "a2", by), account));
    expect(events).toMatchObject([
      { items: [{ chat: "room@muc.example.org", by: "room@muc.example.org", archiveId: "a1" }] },
      { items: [{ chat: "room@muc.example.org/nick", by: account, archiveId: "a1" }] },
    ]);
  });

  it("publishes privately, with options that the server must honour", async () => {
    const { sync, sent, answers } = make();
    answers.push(() => stanza("<iq type='result'/>"));
    await sync.intents.publish({ chat: "bob@example.net" as BareJid, by: account, archiveId: "a1" });
    const pubsub = sent[0]!.getChild("pubsub")!;
    expect(String(pubsub.getChild("publish"))).toContain(
      `<item id="bob@example.net"><displayed xmlns="${NODE}"><stanza-id xmlns="urn:xmpp:sid:0" by="${account}" id="a1"/></displayed></item>`,
    );
    const options = new Map(
      pubsub
        .getChild("publish-options")!
        .getChild("x")!
        .getChildren("field")
        .map((one) => [one.attrs["var"], one.getChildText("value")]),
    );
    expect(Object.fromEntries(options)).toEqual({
      FORM_TYPE: OPTIONS,
      "pubsub#persist_items": "true",
      "pubsub#access_model": "whitelist",
      "pubsub#max_items": "max",
      "pubsub#send_last_published_item": "never",
    });
  });

  it("configures a node with other options, and publishes again", async () => {
    const { sync, sent, answers } = make();
    answers.push(
      () => Promise.reject(new StanzaError("conflict", "cancel", "")),
      () => stanza("<iq type='result'/>"),
      () => stanza("<iq type='result'/>"),
    );
    await sync.intents.publish({ chat: "bob@example.net" as BareJid, by: account, archiveId: "a1" });
    expect(sent.map((iq) => iq.getChildElements()[0]!.getChildElements()[0]!.name)).toEqual([
      "publish",
      "configure",
      "publish",
    ]);
  });
});

describe("leaky private storage (CVE-2018-6591)", () => {
  it("publishes nothing if the server does not support publish-options", async () => {
    const { sync, sent } = make([]);
    await sync.intents.publish({ chat: "bob@example.net" as BareJid, by: account, archiveId: "a1" });
    expect(sent).toEqual([]);
  });
});

describe("forged PEP events (CVE-2023-28686)", () => {
  it.each(["bob@example.net", `${account}/phone`, "example.org", "room@muc.example.org/nick", "@", ""])(
    "from '%s' are dropped and counted",
    async (from) => {
      const { pep: feature, events } = make();
      expect(await give(feature, event(item("bob@example.net", "a1"), from))).toBe(true);
      expect(events).toEqual([{ type: "refused", what: "forged-pep-event" }]);
    },
  );
});
