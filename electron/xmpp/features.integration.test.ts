/** Roster, presence and messages over a real Prosody, with independent clients on the other side. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import xml from "@xmpp/xml";
import { befriend } from "../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../shared/jid.ts";
import { createXmppClient } from "./client.ts";
import type { XmppEvent } from "./events.ts";
import { type XmppClient } from "./api.ts";
import { NotCommitted, type AccountStateKey } from "./stream.ts";
import { outbound } from "./testing/outbound.ts";

const WAIT = { timeout: 60_000, interval: 10 };
const alice = "alice@localhost" as BareJid;
const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
const romeo = "romeo@localhost" as BareJid;

type EventOf<T extends XmppEvent["type"]> = Extract<XmppEvent, { type: T }>;

describe.each([{ sasl2: false }, { sasl2: true }])("features over Prosody (SASL2: $sasl2)", ({ sasl2 }) => {
  let prosody: Prosody;
  const clients: XmppClient[] = [];
  const peers: Peer[] = [];
  beforeAll(async () => {
    prosody = await startProsody({
      sasl2,
      accounts: { alice: "secret", bob: "hidden", carol: "hidden", dave: "hidden" },
    });
  });
  afterAll(() => prosody?.remove());
  afterEach(async () => {
    await Promise.all([...clients.splice(0), ...peers.splice(0)].map((one) => one.stop()));
  });

  /** Our own client, signed in as Alice, with its events. */
  async function start({ version = null as string | null, kept = new Map<AccountStateKey, string | null>() } = {}) {
    const events: XmppEvent[] = [];
    const disk = { full: false };
    const client = createXmppClient({
      account: alice,
      password: "secret",
      advanced: { host: "127.0.0.1", port: prosody.port },
      pinnedFingerprint: prosody.certificateFingerprint,
      rosterVersion: async () => version,
      accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
      emit: async (event) => {
        if (disk.full && event.type === "inbound") throw new NotCommitted(new Error("the disk is full"), true);
        events.push(event);
      },
      software: { name: "Jackdaw", version: "1.2.3" },
      seesPresence: (jid) => jid === carol,
    });
    clients.push(client);
    client.start();
    const all = <T extends XmppEvent["type"]>(type: T): EventOf<T>[] =>
      events.filter((event): event is EventOf<T> => event.type === type);
    const event = <T extends XmppEvent["type"]>(
      type: T,
      fits: (event: EventOf<T>) => boolean = () => true,
    ): Promise<EventOf<T>> =>
      vi.waitFor(() => {
        const found = all(type).find(fits);
        if (found === undefined) throw new Error(`no ${type} that fits; there were ${JSON.stringify(all(type))}`);
        return found;
      }, WAIT);
    await event("roster.loaded");
    return { client, events, all, event, kept, disk };
  }
  async function peer(resource: string, { jid = bob as string, available = true } = {}): Promise<Peer> {
    const made = await connectPeer({ jid, password: "hidden", resource, server: prosody });
    peers.push(made);
    if (available) await made.send(xml("presence"));
    return made;
  }

  it("adds, renames, groups and removes a contact, and every client of the account receives it", async () => {
    const here = await start();
    const there = await start();
    await here.client.roster.set({ jid: romeo, name: "Romeo & Juliet", groups: ["Verona", "Ärger"] });
    for (const client of [here, there]) {
      const { item } = await client.event("roster.pushed");
      expect({ ...item, groups: [...item.groups].sort() }).toEqual({
        jid: romeo,
        name: "Romeo & Juliet",
        groups: ["Verona", "Ärger"],
        subscription: "none",
        asked: false,
      });
    }
    await there.client.roster.set({ jid: romeo, name: "R.", groups: [] });
    for (const client of [here, there])
      expect((await client.event("roster.pushed", ({ item }) => item.name === "R.")).item.groups).toEqual([]);
    await here.client.roster.remove(romeo);
    for (const client of [here, there]) expect((await client.event("roster.removed")).jid).toBe(romeo);
    await expect(here.client.roster.remove("nobody@localhost" as BareJid)).rejects.toMatchObject({
      name: "StanzaError",
      condition: "item-not-found",
    });
  });

  it("gets no items at the second sign-in if nothing changed, else all of them (RFC 6121 §2.6)", async () => {
    const first = await start();
    await first.client.roster.set({ jid: romeo, name: "Romeo", groups: [] });
    const { version } = await first.event("roster.pushed");
    expect(version).toMatch(/./);
    await first.client.stop();
    const second = await start({ version });
    expect(second.all("roster.loaded")).toEqual([{ type: "roster.loaded", items: null, version }]);
    await second.client.roster.remove(romeo);
    await second.client.stop();
    const third = await start({ version });
    expect(third.all("roster.loaded")[0]!.items?.map((item) => item.jid)).not.toContain(romeo);
  });

  it("subscribes both ways, and sees every resource come, change and go", async () => {
    const us = await start();
    const phone = await peer("phone");
    await us.client.presence.subscribe(bob);
    await us.event("roster.pushed", ({ item }) => item.jid === bob && item.asked);
    await phone.waitFor(
      (stanza) => stanza.is("presence") && stanza.attrs["type"] === "subscribe" && stanza.attrs["from"] === alice,
    );
    await phone.send(xml("presence", { to: alice, type: "subscribed" }));
    await phone.send(
      xml(
        "presence",
        { to: alice, type: "subscribe" },
        xml("status", {}, "it's me"),
        xml("nick", { xmlns: "http://jabber.org/protocol/nick" }, "Bobby"),
      ),
    );
    expect(await us.event("subscription.requested")).toMatchObject({ from: bob, nickname: "Bobby" });
    await us.client.presence.subscribed(bob);
    await us.event("roster.pushed", ({ item }) => item.jid === bob && item.subscription === "both" && !item.asked);

    await us.event("presence", ({ from, show }) => from === phone.jid && show === "available");
    const laptop = await peer("laptop", { available: false });
    await laptop.send(
      xml("presence", {}, xml("show", {}, "dnd"), xml("status", {}, "in a meeting"), xml("priority", {}, "-1")),
    );
    expect(await us.event("presence", ({ from }) => from === laptop.jid)).toMatchObject({
      show: "dnd",
      status: "in a meeting",
      priority: -1,
    });
    await phone.send(xml("presence", {}, xml("show", {}, "xa")));
    await us.event("presence", ({ from, show }) => from === phone.jid && show === "xa");
    await laptop.stop();
    await us.event("presence", ({ from, show }) => from === laptop.jid && show === "offline");

    await us.client.presence.set({ show: "away", status: "tea" });
    const seen = await phone.waitFor((stanza) => stanza.is("presence") && stanza.getChildText("show") === "away");
    expect([String(seen.attrs["from"]).split("/")[0], seen.getChildText("status")]).toEqual([alice, "tea"]);
    await phone.send(xml("presence", { to: alice, type: "unsubscribe" }));
    await us.event("subscription.withdrawn", ({ from }) => from === bob);
  });

  it("answers a contact's client as announced (XEP-0115, 0030, 0092, 0202, 0199)", async () => {
    await befriend(
      prosody,
      { jid: alice, password: "secret", name: "Alice" },
      { jid: "carol@localhost", password: "hidden", name: "Carol" },
    );
    await start();
    const phone = await peer("phone", { jid: "carol@localhost" });
    const announced = await phone.waitFor(
      (stanza) =>
        stanza.is("presence") &&
        stanza.getChild("c") !== undefined &&
        String(stanza.attrs["from"]).startsWith(`${alice}/`),
    );
    const { node, ver } = announced.getChild("c")!.attrs as { node: string; ver: string };
    const to = String(announced.attrs["from"]);
    const ask = (child: ReturnType<typeof xml>) => phone.request(xml("iq", { type: "get", to }, child));
    const info = (
      await ask(xml("query", { xmlns: "http://jabber.org/protocol/disco#info", node: `${node}#${ver}` }))
    ).getChild("query")!;
    expect(info.getChildren("feature").map((one) => one.attrs["var"])).toContain("urn:xmpp:ping");
    expect((await ask(xml("query", { xmlns: "jabber:iq:version" }))).getChild("query")!.getChildText("version")).toBe(
      "1.2.3",
    );
    expect((await ask(xml("time", { xmlns: "urn:xmpp:time" }))).getChild("time")!.getChildText("tzo")).toMatch(
      /^[+-]\d\d:\d\d$/,
    );
    await ask(xml("ping", { xmlns: "urn:xmpp:ping" }));
    await expect(ask(xml("query", { xmlns: "jabber:iq:private" }))).rejects.toMatchObject({
      condition: "service-unavailable",
    });
  });

  it("forged roster push: another user's set for our roster changes nothing, and is refused", async () => {
    const us = await start();
    const phone = await peer("phone");
    await us.client.messages.send(outbound(bob, "m1", "here I am"));
    const to = String((await phone.waitForMessage((stanza) => stanza.attrs["id"] === "m1")).attrs["from"]);
    const item = xml("item", { jid: "mallory@evil.example", subscription: "both" });
    await expect(
      phone.request(xml("iq", { type: "set", to }, xml("query", { xmlns: "jabber:iq:roster" }, item))),
    ).rejects.toMatchObject({
      condition: "service-unavailable",
    });
    expect(us.all("roster.pushed").filter((event) => String(event.item.jid).includes("mallory"))).toEqual([]);
  });

  it("exchanges messages with archive ids, and receives errors for those that did not arrive", async () => {
    const us = await start();
    const phone = await peer("phone");
    await us.client.messages.send(outbound(bob, "m1", "Grüße <b>&amp;</b> 🐦"));
    const got = await phone.waitForMessage((stanza) => stanza.attrs["id"] === "m1");
    expect([got.getChildText("body"), got.getChild("origin-id")!.attrs["id"]]).toEqual(["Grüße <b>&amp;</b> 🐦", "m1"]);
    await us.event("acked", ({ tags }) => tags.includes("m1"));
    await phone.chat(alice, "back", "b1");
    const { inbound } = await us.event("inbound", (event) => event.inbound.ids.messageId === "b1");
    expect(inbound).toMatchObject({ author: { address: bob }, payload: { kind: "text", body: "back" } });
    expect(inbound.ids.archiveId).toMatch(/./);
    await us.client.messages.send(outbound("nobody@localhost" as BareJid, "m2", "anybody?"));
    const isError = (event: XmppEvent, id: string): boolean =>
      event.type === "inbound" && event.inbound.payload.kind === "error" && event.inbound.payload.target === id;
    expect((await us.event("inbound", (event) => isError(event, "m2"))).inbound).toMatchObject({
      conversation: { jid: "nobody@localhost" },
      payload: { condition: "service-unavailable" },
    });
    await us.client.messages.send(outbound("nobody@elsewhere.invalid" as BareJid, "m3", "anybody?"));
    const elsewhere = await us.event("inbound", (event) => isError(event, "m3"));
    expect(elsewhere.inbound.conversation.jid).toBe("nobody@elsewhere.invalid");
  });

  it("sees the presence of contacts after taking over the session of a crashed process", async () => {
    const kept = new Map<AccountStateKey, string | null>();
    await befriend(
      prosody,
      { jid: alice, password: "secret", name: "Alice" },
      { jid: "dave@localhost", password: "hidden", name: "Dave" },
    );
    const first = await start({ kept });
    const phone = await peer("phone", { jid: "dave@localhost" });
    await first.event("presence", ({ from }) => from === phone.jid);
    // A stanza that cannot be stored drops the connection without closing the stream; the process does not return.
    first.disk.full = true;
    await phone.chat(alice, "while it dies", "d1");
    await vi.waitFor(() => expect(first.client.state.state).toBe("waiting"), WAIT);
    await first.client.stop();
    const session = (): unknown => (JSON.parse(kept.get("resumption")!) as { id: unknown }).id;
    const id = session();

    const second = await start({ kept });
    expect(session()).toBe(id);
    expect((await second.event("inbound")).inbound.payload).toMatchObject({ body: "while it dies" });
    await second.event("presence", ({ from, show }) => from === phone.jid && show === "available");
  });

  it("learns from the answer to a ping that a server without stream management has a message (XEP-0199)", async () => {
    const plain = await startProsody({ sasl2, without: ["smacks"], accounts: { alice: "secret", bob: "hidden" } });
    try {
      const events: XmppEvent[] = [];
      const client = createXmppClient({
        account: alice,
        password: "secret",
        advanced: { host: "127.0.0.1", port: plain.port },
        pinnedFingerprint: plain.certificateFingerprint,
        rosterVersion: async () => null,
        accountState: { get: async () => null, set: async () => undefined },
        emit: async (event) => void events.push(event),
        software: { name: "Jackdaw", version: "1" },
      });
      clients.push(client);
      client.start();
      await vi.waitFor(() => expect(client.state.state).toBe("online"), WAIT);
      await client.messages.send(outbound(bob, "m1", "hello"));
      await vi.waitFor(() => expect(events).toContainEqual({ type: "acked", tags: ["m1"] }), WAIT);
      const other = await connectPeer({ jid: bob, password: "hidden", resource: "late", server: plain });
      peers.push(other);
      await other.send(xml("presence"));
      await other.waitForMessage((stanza) => stanza.attrs["id"] === "m1");
      await client.stop();
      await other.stop();
    } finally {
      await plain.remove();
    }
  });
});
