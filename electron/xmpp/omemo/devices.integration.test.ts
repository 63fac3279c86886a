/** Device lists and bundles on real servers, with an independent client on the other side. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import xml, { type Element } from "@xmpp/xml";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { startEjabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { createXmppClient } from "../client.ts";
import type { ListedDevice, PublishedBundle, XmppEvent } from "../events.ts";
import type { XmppClient } from "../api.ts";
import { outbound } from "../testing/outbound.ts";

const WAIT = { timeout: 60_000, interval: 10 };
const NS = "eu.siacs.conversations.axolotl";
const LIST = `${NS}.devicelist`;
const PUBSUB = "http://jabber.org/protocol/pubsub";
const alice = "alice@localhost" as BareJid;
const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
const device = (id: number, label: string | null = null): ListedDevice => ({ id, label });
const key = (): Uint8Array => new Uint8Array([5, ...crypto.getRandomValues(new Uint8Array(32))]);
const bundle = (): PublishedBundle => ({
  identityKey: key(),
  signedPreKey: { id: 3, key: key(), signature: crypto.getRandomValues(new Uint8Array(64)) },
  preKeys: Array.from({ length: 100 }, (_, id) => ({ id: id + 1, key: key() })),
});

/** The common part of both servers. */
interface Server {
  domain: "localhost";
  port: number;
  directTlsPort: number;
  certificateFingerprint: string;
  certificatePath: string;
  remove(): Promise<void>;
}

async function ejabberd(): Promise<Server> {
  const server = await startEjabberd();
  for (const user of ["alice", "bob", "carol"]) await server.register(user, "secret");
  return server;
}

describe.each([
  {
    name: "Prosody",
    several: { max_items: "5" },
    serve: (): Promise<Server> => startProsody({ accounts: { alice: "secret", bob: "secret", carol: "secret" } }),
  },
  // ejabberd nodes hold ten items by default.
  { name: "ejabberd", several: {}, serve: ejabberd },
])("over $name", ({ serve, several }) => {
  let server: Server;
  const clients: XmppClient[] = [];
  const peers: Peer[] = [];
  beforeAll(async () => {
    server = await serve();
    await befriend(
      server,
      { jid: alice, password: "secret", name: "Alice" },
      { jid: bob, password: "secret", name: "Bob" },
    );
  });
  afterAll(() => server?.remove());
  afterEach(async () => {
    await Promise.all([...clients.splice(0), ...peers.splice(0)].map((one) => one.stop()));
  });

  /** Starts our own client. */
  async function start(account: BareJid) {
    const events: XmppEvent[] = [];
    const client = createXmppClient({
      account,
      password: "secret",
      advanced: { host: "127.0.0.1", port: server.port },
      pinnedFingerprint: server.certificateFingerprint,
      rosterVersion: async () => null,
      accountState: { get: async () => null, set: async () => undefined },
      emit: async (event) => void events.push(event),
      software: { name: "Jackdaw", version: "1" },
    });
    clients.push(client);
    client.start();
    await vi.waitFor(() => expect(events.some((event) => event.type === "ready")).toBe(true), WAIT);
    const hears = (jid: BareJid, devices: ListedDevice[]) =>
      vi.waitFor(() => expect(events).toContainEqual({ type: "devices.listed", jid, devices }), WAIT);
    return { client, devices: client.devices, events, hears };
  }
  async function peer(jid: BareJid): Promise<Peer> {
    const made = await connectPeer({ jid, password: "secret", resource: "peer", server });
    peers.push(made);
    await made.send(xml("presence"));
    return made;
  }
  /** Publishes as an older client would: for contacts only. */
  async function publishFromPeer(
    by: Peer,
    node: string,
    id: string,
    payload: Element,
    settings: Record<string, string> = { access_model: "presence" },
  ): Promise<void> {
    const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));
    const options = [
      field("FORM_TYPE", `${PUBSUB}#publish-options`),
      ...Object.entries(settings).map(([name, value]) => field(`pubsub#${name}`, value)),
    ];
    const publish = xml("publish", { node }, xml("item", { id }, payload));
    await by.request(
      xml(
        "iq",
        { type: "set", id: crypto.randomUUID() },
        xml(
          "pubsub",
          { xmlns: PUBSUB },
          publish,
          xml("publish-options", {}, xml("x", { xmlns: "jabber:x:data", type: "submit" }, ...options)),
        ),
      ),
    );
  }
  const list = (...ids: number[]): Element =>
    xml("list", { xmlns: NS }, ...ids.map((id) => xml("device", { id: String(id) })));

  it("publishes a list and a bundle that a non-contact and an independent client can read", async () => {
    const [us, stranger, other] = await Promise.all([start(alice), start(carol), peer(carol)]);
    const published = bundle();
    await us.devices.publishList([device(7), device(8, "Büro & <home>")]);
    await us.devices.publishBundle(7, published);
    for (const who of [us, stranger]) {
      expect(await who.devices.list(alice)).toEqual([device(7), device(8, "Büro & <home>")]);
      expect(await who.devices.bundle(alice, 7)).toEqual(published);
      expect(await who.devices.bundle(alice, 8)).toBeNull();
    }
    const ask = (node: string) =>
      other.request(
        xml(
          "iq",
          { type: "get", to: alice, id: crypto.randomUUID() },
          xml("pubsub", { xmlns: PUBSUB }, xml("items", { node })),
        ),
      );
    const item = (await ask(LIST)).getChild("pubsub", PUBSUB)!.getChild("items")!.getChild("item")!;
    expect([
      item.attrs["id"],
      item
        .getChild("list", NS)!
        .getChildren("device")
        .map((one) => one.attrs["id"]),
    ]).toEqual(["current", ["7", "8"]]);
    expect(
      (await ask(`${NS}.bundles:7`))
        .getChild("pubsub", PUBSUB)!
        .getChild("items")!
        .getChild("item")!
        .getChild("bundle", NS),
    ).toBeDefined();
    await us.devices.publishBundle(7, { ...published, preKeys: published.preKeys.slice(1) });
    expect(await stranger.devices.bundle(alice, 7)).toMatchObject({ preKeys: published.preKeys.slice(1) });
    await us.devices.removeBundle(7);
    await us.devices.removeBundle(7);
    expect(await stranger.devices.bundle(alice, 7)).toBeNull();
  });

  it("returns null for a user who published none", async () => {
    const us = await start(alice);
    expect(await us.devices.list(carol)).toBeNull();
    expect(await us.devices.bundle(carol, 1)).toBeNull();
  });

  it("receives list changes of contacts and of its own account, and the lists at the start of a session", async () => {
    const [us, contact] = await Promise.all([start(alice), start(bob)]);
    await us.devices.publishList([device(11)]);
    await us.hears(alice, [device(11)]);
    await contact.hears(alice, [device(11)]);
    await us.devices.publishList([device(11), device(12)]);
    await contact.hears(alice, [device(11), device(12)]);
    await us.devices.publishList([]);
    await contact.hears(alice, []);
    await us.devices.publishList([device(13)]);
    const later = await start(bob);
    await later.hears(alice, [device(13)]);
  });

  it("opens nodes that another client created for contacts only", async () => {
    const older = await peer(bob);
    await publishFromPeer(older, LIST, "current", list(21));
    await publishFromPeer(older, `${NS}.bundles:22`, "current", xml("bundle", { xmlns: NS }));
    const [us, stranger] = await Promise.all([start(bob), start(carol)]);
    expect([await stranger.devices.list(bob), await stranger.devices.bundle(bob, 22)]).toEqual([null, null]);
    const published = bundle();
    await us.devices.publishList([device(21), device(22)]);
    await us.devices.publishBundle(22, published);
    expect(await stranger.devices.list(bob)).toEqual([device(21), device(22)]);
    expect(await stranger.devices.bundle(bob, 22)).toEqual(published);
  });

  it("takes the newest item of a node with several items of other names", async () => {
    const other = await peer(carol);
    const settings: Record<string, string> = { access_model: "open", persist_items: "true", ...several };
    await publishFromPeer(other, LIST, "one", list(31), settings);
    await publishFromPeer(other, LIST, "two", list(32), settings);
    const us = await start(alice);
    expect(await us.devices.list(carol)).toEqual([device(32)]);
  });

  it("forged device lists from another account change nothing, and are counted", async () => {
    const us = await start(alice);
    const attacker = await peer(carol);
    const event = xml(
      "event",
      { xmlns: `${PUBSUB}#event` },
      xml("items", { node: LIST }, xml("item", { id: "current" }, list(666))),
    );
    await attacker.send(xml("message", { to: alice, type: "headline" }, event));
    await vi.waitFor(() => expect(us.events).toContainEqual({ type: "refused", what: "forged-device-list" }), WAIT);
    expect(
      us.events.filter((one) => one.type === "devices.listed" && one.devices.some(({ id }) => id === 666)),
    ).toEqual([]);
  });

  it("delivers encrypted messages and keys to the other side and to the archive", async () => {
    const [us, contact] = await Promise.all([start(alice), start(bob)]);
    const envelope = {
      sid: 7,
      keys: Array.from({ length: 50 }, (_, rid) => ({
        rid: rid + 1,
        prekey: rid % 2 === 0,
        data: crypto.getRandomValues(new Uint8Array(180)),
      })),
      iv: crypto.getRandomValues(new Uint8Array(12)),
      payload: crypto.getRandomValues(new Uint8Array(50_000)),
    };
    await us.client.messages.send(outbound(bob, "e1", "", { encryption: envelope }));
    await us.client.messages.sendKeys({ to: bob, envelope: { ...envelope, payload: null } });
    const received = () =>
      contact.events.flatMap((event) =>
        event.type === "inbound" && event.inbound.via === "live" ? [event.inbound] : [],
      );
    await vi.waitFor(() => expect(received()).toHaveLength(2), WAIT);
    const [text, keys] = received();
    expect(text).toMatchObject({
      author: { address: alice },
      ids: { originId: "e1" },
      wishes: { receipt: expect.stringContaining(alice) as string, marker: true },
      encrypted: envelope,
      payload: { kind: "text", body: expect.stringContaining("OMEMO") as string },
    });
    expect(keys).toMatchObject({
      author: { address: alice },
      wishes: { receipt: null, marker: false },
      encrypted: { ...envelope, payload: null },
      payload: { body: "" },
    });
    await vi.waitFor(async () => {
      const { entries } = await contact.client.archive.page({ with: alice, before: null, max: 10 });
      const kept = entries.flatMap(({ inbound }) => (inbound?.payload.kind === "text" ? [inbound.encrypted] : []));
      expect(kept).toEqual([envelope, { ...envelope, payload: null }]);
    }, WAIT);
  });
});
