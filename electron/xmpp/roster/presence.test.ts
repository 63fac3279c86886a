import { describe, expect, it } from "vitest";
import xml from "@xmpp/xml";
import type { BareJid } from "../../../shared/jid.ts";
import { clientName } from "../services/client-names.ts";
import { account, began, fixture, give, stanza } from "../testing/feature.ts";
import type { XmppEvent } from "../events.ts";
import { NotConnected, StanzaError } from "../stream.ts";
import { presence } from "./presence.ts";

const caps = () => xml("c", { xmlns: "http://jabber.org/protocol/caps", hash: "sha-1", node: "n", ver: "v" });
const C = '<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="n" ver="v"/>';

async function read(text: string): Promise<XmppEvent[]> {
  const { ports, events } = fixture();
  expect(await give(presence(ports, caps), text)).toBe(true);
  return events;
}

describe("presence of contacts", () => {
  it("is read with all its fields", async () => {
    const [event] = await read(
      "<presence from='bob@example.net/phone'><show>dnd</show><status>in a &lt;meeting&gt;</status><priority>-5</priority>" +
        "<idle xmlns='urn:xmpp:idle:1' since='2020-01-02T03:04:05Z'/><c xmlns='http://jabber.org/protocol/caps' node='https://gajim.org' ver='x' hash='sha-1'/></presence>",
    );
    expect(event).toEqual({
      type: "presence",
      from: "bob@example.net/phone",
      show: "dnd",
      status: "in a <meeting>",
      priority: -5,
      since: Date.UTC(2020, 0, 2, 3, 4, 5),
      client: "Gajim",
    });
  });

  it("is offline when unavailable, whatever it shows", async () => {
    expect(
      await read("<presence type='unavailable' from='bob@example.net/phone'><show>chat</show></presence>"),
    ).toMatchObject([{ show: "offline" }]);
  });

  it("falls back to defaults for invalid values, and limits their length", async () => {
    const before = Date.now();
    for (const [inside, expected] of [
      ["<show>invisible</show>", { show: "available" }],
      ["<priority>128</priority>", { priority: 0 }],
      ["<priority>1.5</priority>", { priority: 0 }],
      ["<priority>high</priority>", { priority: 0 }],
      [`<status>${"x".repeat(100_000)}</status>`, { status: "x".repeat(1_024) }],
    ] as const) {
      expect(await read(`<presence from='bob@example.net/phone'>${inside}</presence>`)).toMatchObject([expected]);
    }
    const [event] = await read(
      "<presence from='bob@example.net/phone'><idle xmlns='urn:xmpp:idle:1' since='2999-01-01T00:00:00Z'/></presence>",
    );
    expect(event?.type === "presence" && event.since >= before && event.since <= Date.now()).toBe(true);
  });

  it("accepts a delay stamp of the contact's own server, not of others (XEP-0203 §4)", async () => {
    const delayed = (from: string) =>
      read(
        `<presence from='bob@example.net/phone'><delay xmlns='urn:xmpp:delay' from='${from}' stamp='2020-01-02T03:04:05Z'/></presence>`,
      );
    expect(await delayed("bob@example.net")).toMatchObject([{ since: Date.UTC(2020, 0, 2, 3, 4, 5) }]);
    expect(await delayed("mallory.example")).not.toMatchObject([{ since: Date.UTC(2020, 0, 2, 3, 4, 5) }]);
  });

  it.each(["irc.example.org", "bob%icq@gateway.example.org"])(
    "is read without a resource, as gateways send it: %s",
    async (from) => {
      expect(await read(`<presence from='${from}'><show>away</show></presence>`)).toMatchObject([
        { type: "presence", from, show: "away" },
      ]);
      expect(await read(`<presence from='${from}' type='unavailable'/>`)).toMatchObject([{ from, show: "offline" }]);
    },
  );

  it("of our own account without a resource is ignored, as it is of no device", async () => {
    expect(await read(`<presence from='${account}'/>`)).toEqual([]);
  });

  it("is ignored with an unknown type, or without a valid JID", async () => {
    for (const attrs of [
      "from='bob@example.net/x' type='probe'",
      "from='bob@example.net/x' type='error'",
      "from='@'",
      "",
    ]) {
      expect(await read(`<presence ${attrs}/>`)).toEqual([]);
    }
  });
});

describe("subscription requests", () => {
  it("contain a nickname and a text, both limited in length", async () => {
    const nick = `<nick xmlns='http://jabber.org/protocol/nick'>${"n".repeat(10_000)}</nick>`;
    expect(
      await read(
        `<presence type='subscribe' from='bob@example.net/phone'><status>${"s".repeat(5_000)}</status>${nick}</presence>`,
      ),
    ).toEqual([
      {
        type: "subscription.requested",
        from: "bob@example.net",
        nickname: "n".repeat(256),
        message: "s".repeat(1_024),
      },
    ]);
  });

  it("can be withdrawn", async () => {
    expect(await read("<presence type='unsubscribe' from='bob@example.net'/>")).toEqual([
      { type: "subscription.withdrawn", from: "bob@example.net" },
    ]);
  });

  it("are ignored from ourselves, and a forged `subscribed` grants nothing", async () => {
    expect(await read(`<presence type='subscribe' from='${account}/other'/>`)).toEqual([]);
    for (const type of ["subscribed", "unsubscribed"])
      expect(await read(`<presence type='${type}' from='mallory@example.net'/>`)).toEqual([]);
  });
});

describe("our own presence", () => {
  it("is sent in every new session, as last chosen", async () => {
    const { ports, sent, events } = fixture();
    const feature = presence(ports, caps);
    await feature.intents.set({ show: "away", status: "tea & cake" });
    await feature.online!(began(false));
    expect(events).toEqual([{ type: "presence.cleared" }]);
    const said = `<presence><show>away</show><status>tea &amp; cake</status>${C}</presence>`;
    expect(sent.map(String)).toEqual([said, said]);
    await feature.intents.set({ show: "available", status: "" });
    expect(String(sent.at(-1))).toBe(`<presence>${C}</presence>`);
  });

  it("is sent to rooms after a change, and again in the next session if the stream broke before", async () => {
    const it = fixture();
    const rooms: string[] = [];
    const feature = presence(it.ports, caps, async () => {
      if (rooms.length === 1) {
        rooms.push("broken");
        throw new NotConnected();
      }
      rooms.push(feature.shown().join(""));
    });
    await feature.online!(began(false));
    await expect(feature.intents.set({ show: "dnd", status: "busy" })).rejects.toThrow(NotConnected);
    await feature.online!(began(true));
    expect(rooms).toEqual(["", "broken", "<show>dnd</show><status>busy</status>"]);
  });

  it("is not sent again after a resumption unless it has changed", async () => {
    const it = fixture();
    const feature = presence(it.ports, caps);
    await feature.online!(began(false));
    await feature.online!(began(true));
    expect(it.sent).toHaveLength(1);
    it.ports.stream = { ...it.ports.stream, online: false };
    const offline = presence(it.ports, caps);
    await offline.intents.set({ show: "dnd", status: "" });
    expect(it.sent).toHaveLength(1);
    it.answers.push(
      () => stanza("<iq type='result'/>"),
      () => stanza("<iq type='result'/>"),
    );
    await offline.online!(began(true));
    expect(it.sent.at(-1)!.getChildText("show")).toBe("dnd");
    expect(it.events).toEqual([{ type: "presence.cleared" }, { type: "absent" }, { type: "absent" }]);
  });

  it("is briefly unavailable after taking over the session of a previous process, and records this first", async () => {
    const { ports, sent, answers } = fixture();
    const order: string[] = [];
    ports.emit = async ({ type }) => void order.push(`${type} after ${sent.length}`);
    ports.stream.handled = async () => void order.push("all handled");
    answers.push(
      () => stanza("<iq type='result'/>"),
      () => Promise.reject(new StanzaError("service-unavailable", "cancel", "")),
    );
    await presence(ports, caps).online!(began(true));
    expect(order).toEqual(["all handled", "absent after 1", "all handled", "absent after 3"]);
    const ping = '<iq type="get" to="example.org"><ping xmlns="urn:xmpp:ping"/></iq>';
    expect(sent.map(String)).toEqual([ping, '<presence type="unavailable"/>', ping, `<presence>${C}</presence>`]);
  });

  it("is unavailable only after the absence was committed", async () => {
    const it = fixture();
    const feature = presence(it.ports, caps);
    await feature.goodbye();
    expect(it.events).toEqual([{ type: "absent" }]);
    expect(it.sent.map(String)).toEqual(['<presence type="unavailable"/>']);
    it.refuseEvents = true;
    await expect(feature.goodbye()).rejects.toThrow();
    expect(it.sent).toHaveLength(1);
  });

  it("contains the code of an invitation in a subscription request", async () => {
    const { ports, sent } = fixture();
    await presence(ports, caps).intents.subscribe("bob@example.net" as BareJid, 'a"<b');
    expect(sent.map(String)).toEqual([
      '<presence to="bob@example.net" type="subscribe"><preauth xmlns="urn:xmpp:pars:0" token="a&quot;&lt;b"/></presence>',
    ]);
  });

  it("addresses each subscription stanza to the bare JID", async () => {
    const { ports, sent } = fixture();
    const { intents } = presence(ports, caps);
    const bob = "bob@example.net" as BareJid;
    await intents.subscribe(bob);
    await intents.subscribed(bob);
    await intents.unsubscribed(bob);
    await intents.unsubscribe(bob);
    expect(sent.map((one) => [one.attrs["to"], one.attrs["type"]])).toEqual(
      ["subscribe", "subscribed", "unsubscribed", "unsubscribe"].map((type) => [bob, type]),
    );
  });
});

describe("client name", () => {
  it("is known for some nodes and empty for all others", () => {
    expect(
      ["https://gajim.org", "http://conversations.im", "https://DINO.im/x", "https://www.psi-im.org"].map(clientName),
    ).toEqual(["Gajim", "Conversations", "Dino", "Psi"]);
    for (const node of [
      "",
      "javascript:alert(1)",
      "https://evil.example/gajim.org",
      "https://constructor",
      undefined,
      5,
      "x".repeat(9_999),
    ])
      expect(clientName(node)).toBe("");
  });
});
