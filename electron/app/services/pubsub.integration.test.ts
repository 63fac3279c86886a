/**
 * Requests of `?pubsub` URIs to a pubsub service (XEP-0060) of Prosody and of ejabberd, with a stock client as
 * publisher.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { Jid } from "../../../shared/jid.ts";
import { parseXmppUri } from "../../../shared/xmpp-uri.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const PUBSUB = "http://jabber.org/protocol/pubsub";
const service = "pubsub.localhost" as Jid;
const news = "princely/musings";

async function prosody(): Promise<World> {
  const component = `Component "${service}" "pubsub"\n  admins = { "bob@localhost" }\n`;
  return new World(
    await startProsody({ accounts: { alice: ALICE.password, bob: BOB.password }, extraConfig: component }),
  );
}
async function ejabberd(): Promise<World<Ejabberd>> {
  const world = new World(await startEjabberd());
  await world.server.register("alice", ALICE.password);
  await world.server.register("bob", BOB.password);
  return world;
}

describe.each([
  ["Prosody", prosody],
  ["ejabberd", ejabberd],
] as [string, () => Promise<World<Prosody | Ejabberd>>][])("pubsub service of %s", (_, begin) => {
  let world: World<Prosody | Ejabberd>;
  let alice: Device;
  let bob: Peer;
  const handlers = () => alice.core.handlers;
  const at = (node: string) => ({ account: alice.account.id, at: service, node });
  const set = (content: Element): Promise<Element> =>
    bob.request(xml("iq", { type: "set", to: service, id: crypto.randomUUID() }, content));
  const field = (name: string, value: string, attrs = {}) =>
    xml("field", { var: name, ...attrs }, xml("value", {}, value));
  async function create(node: string, fields: Record<string, string> = {}): Promise<void> {
    const all = { access_model: "open", persist_items: "1", max_items: "10", ...fields };
    const form = xml(
      "x",
      { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", `${PUBSUB}#node_config`, { type: "hidden" }),
      ...Object.entries(all).map(([name, value]) => field(`pubsub#${name}`, value)),
    );
    await set(xml("pubsub", PUBSUB, xml("create", { node }), xml("configure", {}, form)));
  }
  const publish = (node: string, id: string, title: string): Promise<Element> =>
    set(
      xml(
        "pubsub",
        PUBSUB,
        xml(
          "publish",
          { node },
          xml("item", { id }, xml("entry", { xmlns: "http://www.w3.org/2005/Atom" }, xml("title", {}, title))),
        ),
      ),
    );

  beforeAll(async () => {
    world = await begin();
    bob = await world.client("bob", BOB.password);
    alice = await world.device(ALICE);
    await create(news, { title: "Musings" });
    await create("closed", { access_model: "whitelist" });
    for (const [id, title] of [
      ["1", "To be"],
      ["2", "or not"],
    ] as const)
      await publish(news, id, title);
    await publish("closed", "1", "secret");
  });
  afterAll(() => world?.end());

  it("is listed with its nodes, which return their identity", async () => {
    const { answer } = await handlers()["disco.items"]({ ...at(""), node: "" });
    expect(answer!.items).toEqual(expect.arrayContaining([expect.objectContaining({ jid: service, node: news })]));
    const { answer: info } = await handlers()["disco.info"](at(news));
    expect(info!.identities).toContainEqual(expect.objectContaining({ category: "pubsub", type: "leaf" }));
  });

  it("returns all items of a node, or one by URI", async () => {
    const uri = parseXmppUri(`xmpp:${service}?pubsub;action=retrieve;node=princely%2Fmusings;item=2`);
    expect(uri).toMatchObject({ jid: service, action: { verb: "pubsub", action: "retrieve", node: news, item: "2" } });
    expect((await handlers()["pubsub.items"]({ ...at(news), item: "2" })).answer).toEqual([
      { id: "2", text: "entry\n  title: or not", cut: false },
    ]);
    const { answer } = await handlers()["pubsub.items"]({ ...at(news), item: null });
    expect(answer!.map(({ text }) => text).toSorted()).toEqual(["entry\n  title: To be", "entry\n  title: or not"]);
  });

  it("can be subscribed and unsubscribed; its events create no chat and do not end the session", async () => {
    expect(await handlers()["pubsub.subscribe"](at(news))).toEqual({ answer: "subscribed", refusal: null });
    const subscriptions = async (): Promise<string> =>
      String(
        await bob.request(
          xml(
            "iq",
            { type: "get", to: service, id: crypto.randomUUID() },
            xml("pubsub", `${PUBSUB}#owner`, xml("subscriptions", { node: news })),
          ),
        ),
      );
    expect(await subscriptions()).toMatch(
      /alice@localhost[^>]*subscription="subscribed"|subscription="subscribed"[^>]*alice@localhost/,
    );
    await publish(news, "3", "that is");
    await bob.chat(ALICE.jid, "have you read it?");
    await vi.waitFor(async () => expect(await alice.bodies(BOB.jid)).toEqual(["have you read it?"]), WAIT);
    expect((await handlers()["chat.page"]({ limit: 10 })).chats.map(({ jid }) => jid)).toEqual([BOB.jid]);
    expect((await handlers()["pubsub.items"]({ ...at(news), item: "3" })).answer).toMatchObject([{ id: "3" }]);
    expect(await handlers()["pubsub.unsubscribe"](at(news))).toEqual({ answer: "none", refusal: null });
    expect(await subscriptions()).not.toMatch(
      /alice@localhost[^>]*subscription="subscribed"|subscription="subscribed"[^>]*alice@localhost/,
    );
    expect(alice.account.connection.state).toBe("online");
  });

  it("returns the reason of a refusal: no such node, forbidden, not subscribed", async () => {
    for (const node of ["nothing", "princely"]) {
      expect((await handlers()["pubsub.items"]({ ...at(node), item: null })).refusal?.why).toBe("not-found");
      expect((await handlers()["pubsub.subscribe"](at(node))).refusal?.why).toBe("not-found");
    }
    const items = await handlers()["pubsub.items"]({ ...at("closed"), item: null });
    expect([items.answer, items.refusal?.why]).toEqual([null, "forbidden"]);
    expect((await handlers()["pubsub.subscribe"](at("closed"))).refusal?.why).toBe("forbidden");
    expect((await handlers()["pubsub.unsubscribe"](at(news))).refusal).not.toBeNull();
  });
});
