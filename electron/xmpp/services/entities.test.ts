/**
 * Answers of other entities about themselves: well-formed, odd and hostile (XEP-0030, XEP-0054, XEP-0060, XEP-0292).
 */
import { describe, expect, it } from "vitest";
import { cardSchema, discoInfoSchema, discoItemsSchema, nodeItemsSchema } from "../../../shared/model/service.ts";
import { entities } from "./entities.ts";
import { fixture, stanza } from "../testing/feature.ts";
import { RequestTimeout, StanzaError } from "../stream.ts";

const at = "service.example.org";
const bob = "bob@example.org";
const result = (inner: string) => () => stanza(`<iq type='result'>${inner}</iq>`);
const refused = (condition: string) => () => {
  throw new StanzaError(condition, "cancel", "");
};
function make() {
  const { ports, sent, answers } = fixture();
  return { ...entities(ports), sent, answers };
}

describe("discovery (XEP-0030)", () => {
  const query = (what: string, inner: string) =>
    result(`<query xmlns='http://jabber.org/protocol/disco#${what}'>${inner}</query>`);

  it("reads identities and features in order and once each, and names the node only if there is one", async () => {
    const { discovery, sent, answers } = make();
    answers.push(
      query(
        "info",
        "<identity category='server' type='im' name='X'/><identity/><feature var='b'/><feature var='a'/><feature var='b'/><feature/>",
      ),
      query("info", ""),
      result(""),
    );
    expect(await discovery.info(at, "")).toEqual({
      identities: [
        { category: "server", type: "im", name: "X" },
        { category: "", type: "", name: "" },
      ],
      features: ["a", "b"],
    });
    await discovery.info(at, "n");
    expect(sent.map((iq) => iq.getChild("query")!.attrs["node"])).toEqual([undefined, "n"]);
    expect(await discovery.info(at, "")).toEqual({ identities: [], features: [] });
  });

  it("ignores items without a valid address or with an overlong node", async () => {
    const { discovery, answers } = make();
    answers.push(
      query(
        "items",
        `<item jid='A@b.example' name='N'/><item jid='@'/><item/><item jid='b.example' node='${"n".repeat(2_000)}'/><item jid='b.example/x' node='n'/>`,
      ),
    );
    expect(await discovery.items(at, "")).toEqual({
      items: [
        { jid: "a@b.example", node: "", name: "N" },
        { jid: "b.example/x", node: "n", name: "" },
      ],
      cut: false,
    });
  });

  it("limits the answer of a hostile service, and satisfies the contract", async () => {
    const { discovery, answers } = make();
    const long = "x".repeat(5_000);
    answers.push(
      query(
        "info",
        `<identity category='${long}' type='${long}' name='${long}'/>`.repeat(200) +
          Array.from({ length: 2_000 }, (_, n) => `<feature var='${n}${long}'/>`).join(""),
      ),
      query("items", `<item jid='b.example' name='${long}'/>`.repeat(2_000)),
    );
    const info = await discovery.info(at, "");
    expect(discoInfoSchema.safeParse(info).error).toBeUndefined();
    expect([info.identities.length, info.features.length]).toEqual([50, 500]);
    const items = await discovery.items(at, "");
    expect(discoItemsSchema.safeParse(items).error).toBeUndefined();
    expect(items).toMatchObject({ cut: true });
    expect(items.items).toHaveLength(500);
  });
});

describe("vCard", () => {
  const card4 = (inner: string) =>
    result(
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:vcard4'><item><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${inner}</vcard></item></items></pubsub>`,
    );
  const temp = (inner: string) => result(`<vCard xmlns='vcard-temp'>${inner}</vCard>`);

  it("in the new format is requested first, from the account and not from the device", async () => {
    const { vcards, sent, answers } = make();
    answers.push(
      card4(
        "<fn><text>Bob B</text></fn><adr><street>1 Way</street><country>GB</country></adr><tel><uri>tel:+44</uri></tel><email><text> b@x </text></email><email><text>b@x</text></email><photo><uri>https://tracker.example/p</uri></photo>",
      ),
    );
    expect(await vcards.read(`${bob}/phone`)).toEqual([
      { field: "name", text: "Bob B" },
      { field: "email", text: "b@x" },
      { field: "phone", text: "tel:+44" },
      { field: "address", text: "1 Way, GB" },
    ]);
    expect(sent.map((iq) => iq.attrs["to"])).toEqual([bob]);
  });

  it("in the old format is requested if there is no new one, and read without images", async () => {
    const { vcards, answers } = make();
    answers.push(
      refused("item-not-found"),
      temp(
        "<FN>Bob</FN><EMAIL><HOME/><USERID>b@x</USERID></EMAIL><ORG><ORGNAME>O</ORGNAME><ORGUNIT>U</ORGUNIT></ORG><PHOTO><BINVAL>AAAA</BINVAL></PHOTO><TEL><NUMBER/></TEL>",
      ),
    );
    expect(await vcards.read(bob)).toEqual([
      { field: "name", text: "Bob" },
      { field: "organisation", text: "O, U" },
      { field: "email", text: "b@x" },
    ]);
  });

  it("is empty if there is none; a missing answer is an error", async () => {
    const { vcards, sent, answers } = make();
    answers.push(
      refused("forbidden"),
      refused("item-not-found"),
      refused("forbidden"),
      refused("service-unavailable"),
      refused("forbidden"),
      refused("service-unavailable"),
      () => {
        throw new RequestTimeout();
      },
    );
    expect(await vcards.read(bob)).toEqual([]);
    expect(await vcards.read(bob)).toEqual([]);
    await expect(vcards.read(at)).rejects.toThrow(StanzaError);
    await expect(vcards.read(bob)).rejects.toThrow(RequestTimeout);
    // An occupant has no other address.
    sent.length = 0;
    answers.push(card4("<fn><text>B</text></fn>"));
    await vcards.read("salon@muc.example.org/bob");
    expect(sent[0]!.attrs["to"]).toBe("salon@muc.example.org/bob");
  });

  it("from a hostile server is bounded, and satisfies the contract", async () => {
    const { vcards, answers } = make();
    answers.push(
      card4(
        ["fn", "nickname", "title", "role", "note", "org"]
          .map((name) =>
            Array.from({ length: 40 }, (_, n) => `<${name}><text>${n}${"x".repeat(9_000)}</text></${name}>`).join(""),
          )
          .join(""),
      ),
    );
    const card = await vcards.read(bob);
    expect(cardSchema.safeParse(card).error).toBeUndefined();
    expect(card).toHaveLength(60);
  });
});

describe("pubsub node (XEP-0060)", () => {
  const answer = (inner: string) => result(`<pubsub xmlns='http://jabber.org/protocol/pubsub'>${inner}</pubsub>`);

  it("is subscribed by the account, not by this device, and returns the state that the service reports", async () => {
    const { pubsub, sent, answers } = make();
    answers.push(
      answer("<subscription subscription='pending'/>"),
      answer("<subscription subscription='made-up'/>"),
      result(""),
      result(""),
    );
    expect([
      await pubsub.subscribe(at, "n"),
      await pubsub.subscribe(at, "n"),
      await pubsub.subscribe(at, "n"),
      await pubsub.unsubscribe(at, "n"),
    ]).toEqual(["pending", "subscribed", "subscribed", "none"]);
    expect(sent[0]!.getChild("pubsub")!.getChild("subscribe")!.attrs).toMatchObject({
      node: "n",
      jid: "alice@example.org",
    });
    expect(sent[3]!.getChild("pubsub")!.getChild("unsubscribe")!.attrs).toMatchObject({
      node: "n",
      jid: "alice@example.org",
    });
  });

  it("is read as text, one element per line", async () => {
    const { pubsub, sent, answers } = make();
    answers.push(
      answer(
        "<items node='n'><item id='1'><entry xmlns='http://www.w3.org/2005/Atom'><title> A &lt;b&gt; </title><link href='x'/></entry></item><item/></items>",
      ),
      answer(""),
    );
    expect(await pubsub.items(at, "n", null)).toEqual([
      { id: "1", text: "entry\n  title: A <b>\n  link", cut: false },
      { id: "", text: "", cut: false },
    ]);
    expect(await pubsub.items(at, "n", "7")).toEqual([]);
    expect(sent[1]!.toString()).toContain('<items node="n"><item id="7"/></items>');
  });

  it("of a hostile service is bounded, and satisfies the contract", async () => {
    const { pubsub, answers } = make();
    const deep = `${"<a>".repeat(2_000)}x${"</a>".repeat(2_000)}`;
    answers.push(
      answer(`<items>${`<item id='${"i".repeat(3_000)}'>${"<b>y</b>".repeat(3_000)}</item>`.repeat(50)}</items>`),
      answer(`<items><item>${deep}</item><item><a>${"z".repeat(100_000)}</a></item></items>`),
    );
    const wide = await pubsub.items(at, "n", null);
    expect(nodeItemsSchema.safeParse(wide).error).toBeUndefined();
    expect([wide.length, wide[0]!.cut]).toEqual([20, true]);
    const [nested, long] = await pubsub.items(at, "n", null);
    expect(nested).toMatchObject({ cut: true });
    expect(long!.text).toHaveLength(8192);
    expect(long!.cut).toBe(true);
  });
});
