import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { account, ask, began, fixture, stanza } from "../testing/feature.ts";
import { StanzaError } from "../stream.ts";
import { roster } from "./roster.ts";

const push = (from: string | null, item: string, ver = "v2"): string =>
  `<iq id='p1' type='set' to='${account}/balcony'${from === null ? "" : ` from='${from}'`}>` +
  `<query xmlns='jabber:iq:roster' ver='${ver}'>${item}</query></iq>`;
const romeo = "<item jid='romeo@example.net' name='Romeo' subscription='both'><group>Friends</group></item>";

function make(version: string | null = null) {
  const it = fixture();
  const feature = roster(it.ports, async () => version);
  return { ...it, feature, it, give: (text: string) => ask(it, [feature], text) };
}
const answer =
  (items: string, ver = "v1") =>
  () =>
    stanza(`<iq type='result'><query xmlns='jabber:iq:roster' ver='${ver}'>${items}</query></iq>`);

describe("forged roster push (CVE-2015-8688, CVE-2019-16236)", () => {
  it.each([
    ["another user", "mallory@example.net"],
    ["another user of our server", "mallory@example.org"],
    ["our own full JID", "alice@example.org/balcony"],
    ["a look-alike", "alice@example.org.evil.example"],
    ["another server", "example.net"],
  ])("a forged push from %s is rejected and changes nothing", async (_, from) => {
    const { give, events, sent } = make();
    await give(push(from, romeo));
    await give(push(from, "<item jid='romeo@example.net' subscription='remove'/>"));
    expect(events).toEqual([]);
    expect(sent.map((one) => one.attrs["type"])).toEqual(["error", "error"]);
  });

  it.each([
    ["an invalid JID", "@@@"],
    ["an empty address", ""],
  ])("a push from %s changes nothing and gets no answer", async (_, from) => {
    const { give, events, sent } = make();
    await give(push(from, romeo));
    expect(events).toEqual([{ type: "refused", what: "unanswered-iq" }]);
    expect(sent).toEqual([]);
  });

  it.each([
    ["no address", null],
    ["our own bare JID", account],
    ["our own bare JID in capitals", "Alice@EXAMPLE.org"],
  ])("a push from %s is accepted", async (_, from) => {
    const { give, events, sent } = make();
    await give(push(from, romeo));
    expect(events).toEqual([
      {
        type: "roster.pushed",
        item: { jid: "romeo@example.net", name: "Romeo", groups: ["Friends"], subscription: "both", asked: false },
        version: "v2",
      },
    ]);
    expect(sent[0]!.attrs).toMatchObject({ type: "result", id: "p1" });
  });
});

describe("roster push", () => {
  it.each(["jack daw@example.net", "bob@my_server.example", "\u{1F426}@example.net", "\u05D0abc@example.net"])(
    "keeps a contact whose address RFC 7622 refuses, and names it to the server byte for byte: %j",
    async (jid) => {
      const { give, events, feature, sent, it } = make();
      await give(push(null, `<item jid='${jid}' subscription='both'/>`));
      expect(events).toMatchObject([{ type: "roster.pushed", item: { jid, subscription: "both" } }]);
      it.answers.push(() => stanza("<iq type='result'/>"));
      await feature.intents.remove(jid as BareJid);
      expect(sent.at(-1)!.getChild("query")!.getChild("item")!.attrs).toEqual({ jid, subscription: "remove" });
    },
  );

  it("removes an item, and reports it", async () => {
    const { give, events } = make();
    await give(push(null, "<item jid='romeo@example.net' subscription='remove'/>", "v3"));
    expect(events).toEqual([{ type: "roster.removed", jid: "romeo@example.net", version: "v3" }]);
  });

  it.each([
    ["no item", ""],
    ["two items", romeo + romeo],
    ["an item without an address", "<item name='x'/>"],
  ])("with %s is refused (RFC 6121 §2.1.6)", async (_, items) => {
    const { give, events, sent } = make();
    await give(push(null, items));
    expect(events).toEqual([]);
    expect(sent[0]!.getChild("error")!.getChild("bad-request")).toBeDefined();
  });

  it("takes an item with a resource for the person, as gateways name them", async () => {
    const { give, events, sent } = make();
    await give(push(null, "<item jid='romeo@example.net/orchard' name='Romeo' subscription='to'/>"));
    await give(push(null, "<item jid='romeo@example.net/orchard' subscription='remove'/>", "v3"));
    // The next start loads the whole roster: only so the address as the server has it is known again.
    expect(events).toMatchObject([
      { type: "roster.pushed", item: { jid: "romeo@example.net", name: "Romeo" }, version: null },
      { type: "roster.removed", jid: "romeo@example.net", version: null },
    ]);
    expect(sent.map((one) => one.attrs["type"])).toEqual(["result", "result"]);
  });

  it("is not answered, and not acknowledged, before it is committed", async () => {
    const { give, sent, it } = make();
    it.refuseEvents = true;
    await expect(give(push(null, romeo))).rejects.toThrow("the store cannot be written");
    expect(sent).toEqual([]);
  });

  it("is limited in names and groups, and an unknown subscription counts as none", async () => {
    const { give, events } = make();
    const groups = Array.from({ length: 500 }, (_, n) => `<group>${n}</group><group>${n}</group><group/>`).join("");
    await give(
      push(
        null,
        `<item jid='a@b' name='${"x".repeat(5_000)}' subscription='everything' ask='subscribe'>${groups}</item>`,
        "v".repeat(2_000),
      ),
    );
    const [event] = events;
    if (event?.type !== "roster.pushed") throw new Error("expected a push");
    expect(event.item).toMatchObject({ subscription: "none", asked: true });
    expect([event.item.name.length, event.item.groups.length, event.version]).toEqual([1_024, 100, null]);
  });
});

describe("loading the roster", () => {
  it("sends the stored version, and keeps the stored items if it is current (RFC 6121 §2.6)", async () => {
    const { feature, events, sent, answers } = make("v7");
    answers.push(() => stanza("<iq type='result'/>"));
    await feature.online!(began(false));
    expect(sent[0]!.getChild("query")!.attrs["ver"]).toBe("v7");
    expect(events).toEqual([{ type: "roster.loaded", items: null, version: "v7" }]);
  });

  it("asks without a version when the server announces no versioning (RFC 6121 §2.6.1)", async () => {
    const { feature, sent, answers } = make("v7");
    answers.push(answer(romeo));
    await feature.online!({ ...began(false), features: stanza("<features/>") });
    expect(sent[0]!.getChild("query")!.attrs).not.toHaveProperty("ver");
  });

  it("keeps people whose items have a resource, one for each, and the item of the person first", async () => {
    const { feature, events, answers } = make();
    answers.push(
      answer(
        "<item jid='icq.example.net/registered' subscription='both'/><item jid='a@b/c' name='first'/>" +
          "<item jid='a@b' name='person'/><item jid='a@b/d' name='last'/>",
      ),
    );
    await feature.online!(began(false));
    expect(events).toMatchObject([
      {
        type: "roster.loaded",
        items: [
          { jid: "icq.example.net", subscription: "both" },
          { jid: "a@b", name: "person" },
        ],
        version: null,
      },
    ]);
  });

  it("asks with an empty version when the store holds none", async () => {
    const { feature, events, sent, answers } = make();
    answers.push(answer(romeo));
    await feature.online!(began(false));
    expect(sent[0]!.getChild("query")!.attrs["ver"]).toBe("");
    expect(events).toMatchObject([{ type: "roster.loaded", items: [{ jid: "romeo@example.net" }], version: "v1" }]);
  });

  it("resource exhaustion: accepts 20,000 items, and omits those without a valid address", async () => {
    const { feature, events, answers } = make();
    const items = Array.from({ length: 20_000 }, (_, n) => `<item jid='user${n}@example.net' subscription='to'/>`).join(
      "",
    );
    answers.push(answer(`${items}<item jid='@'/><item/>`));
    await feature.online!(began(false));
    const [event] = events;
    expect(event?.type === "roster.loaded" && event.items?.length).toBe(20_000);
  });

  it("sends no request after a resumption, unless the answer never came", async () => {
    const { feature, events, sent, answers } = make();
    await expect(feature.online!(began(false))).rejects.toThrow("not connected");
    answers.push(answer(romeo));
    await feature.online!(began(true));
    await feature.online!(began(true));
    expect([sent.length, events.length]).toEqual([2, 1]);
  });

  it("sends a request in a session taken over from a previous process, which may have ended before storing the roster", async () => {
    const { feature, sent, answers } = make("v1");
    answers.push(() => stanza("<iq type='result'/>"));
    await feature.online!(began(true));
    expect(sent).toHaveLength(1);
  });
});

describe("changing the roster", () => {
  it("sets and removes items as in RFC 6121 §2.3 to §2.5", async () => {
    const { feature, sent, answers } = make();
    answers.push(
      () => stanza("<iq type='result'/>"),
      () => stanza("<iq type='result'/>"),
    );
    await feature.intents.set({ jid: "romeo@example.net" as BareJid, name: "R & J", groups: ["A", "B"] });
    await feature.intents.remove("romeo@example.net" as BareJid);
    expect(sent.map((iq) => iq.getChild("query", "jabber:iq:roster")!.getChild("item")!.toString())).toEqual([
      '<item jid="romeo@example.net" name="R &amp; J"><group>A</group><group>B</group></item>',
      '<item jid="romeo@example.net" subscription="remove"/>',
    ]);
  });

  it("names an item with a resource as the server does", async () => {
    const { feature, sent, answers } = make();
    const done = () => stanza("<iq type='result'/>");
    answers.push(answer("<item jid='romeo@example.net/orchard'/>"), done, done, done);
    await feature.online!(began(false));
    await feature.intents.set({ jid: "romeo@example.net" as BareJid, name: "R", groups: [] });
    await feature.intents.remove("romeo@example.net" as BareJid);
    const jids = sent.slice(1).map((iq) => iq.getChild("query")!.getChild("item")!.attrs["jid"] as string);
    expect(jids).toEqual(["romeo@example.net/orchard", "romeo@example.net/orchard"]);
  });

  it("hands the server's refusal on", async () => {
    const { feature, answers } = make();
    answers.push(() => Promise.reject(new StanzaError("not-allowed", "cancel", "")));
    await expect(feature.intents.remove("romeo@example.net" as BareJid)).rejects.toMatchObject({
      condition: "not-allowed",
    });
  });
});
