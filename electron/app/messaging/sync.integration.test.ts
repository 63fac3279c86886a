/** Synchronization with the archive, our other devices and the contact, over a real Prosody. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import { Device, WAIT } from "../testing/device.ts";

const bob = "bob@localhost" as BareJid;
const alice = "alice@localhost" as BareJid;

describe.each([{ sasl2: false }, { sasl2: true }])("synchronization over Prosody (SASL2: $sasl2)", ({ sasl2 }) => {
  let prosody: Prosody;
  let folders: string[] = [];
  const devices: Device[] = [];
  let phone: Peer;
  let first: Device;
  let second: Device;

  async function device(): Promise<Device> {
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-sync-"));
    folders.push(folder);
    const made = new Device(folder, prosody);
    devices.push(made);
    return made;
  }
  const confirmed = (kind: string, xmlns: string) => (stanza: Element) => stanza.getChild(kind, xmlns) !== undefined;

  beforeAll(async () => {
    prosody = await startProsody({ sasl2, accounts: { alice: "secret", bob: "hidden" }, without: ["offline"] });
    await befriend(
      prosody,
      { jid: alice, password: "secret", name: "Alice" },
      { jid: bob, password: "hidden", name: "Bob" },
    );
    phone = await connectPeer({ jid: bob, password: "hidden", resource: "phone", server: prosody });
    await phone.send(xml("presence"));
  });
  afterAll(async () => {
    await Promise.all(devices.map((one) => one.core.stop()));
    await phone?.stop();
    await prosody?.remove();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    folders = [];
  });
  afterEach(() => void vi.restoreAllMocks());

  it("a new device reads the whole archive, page by page, in order, and as read", async () => {
    for (let n = 0; n < 130; n++) await phone.chat(alice, `old ${n}`);
    await phone.request(xml("iq", { type: "get", to: "localhost", id: "after-all" }, xml("ping", "urn:xmpp:ping")));
    first = await device();
    await first.signIn();
    await vi.waitFor(
      async () => expect(await first.bodies()).toEqual(Array.from({ length: 130 }, (_, n) => `old ${n}`)),
      WAIT,
    );
    expect(first.chat()).toMatchObject({ unread: 0, last: { text: "old 129" } });
    expect(first.host.notices).toEqual([]);
  });

  it("missed messages arrive once, in order, unread from the first one on, with one notification", async () => {
    await first.caughtUp();
    await first.quit();
    for (let n = 0; n < 120; n++) await phone.chat(alice, `missed ${n}`);
    await phone.request(xml("iq", { type: "get", to: "localhost", id: "after-missed" }, xml("ping", "urn:xmpp:ping")));
    first.host.chats.clear();
    await first.startAgain();
    await vi.waitFor(() => expect(first.chat()).toMatchObject({ unread: 120, last: { text: "missed 119" } }), WAIT);
    await phone.chat(alice, "live");
    await vi.waitFor(() => expect(first.chat()).toMatchObject({ unread: 121, last: { text: "live" } }), WAIT);
    const all = await first.all();
    expect(all.map((one) => one.body)).toEqual([
      ...Array.from({ length: 130 }, (_, n) => `old ${n}`),
      ...Array.from({ length: 120 }, (_, n) => `missed ${n}`),
      "live",
    ]);
    expect(first.chat()!.firstUnread).toBe(all[130]!.id);
    expect(first.host.badge).toBe(121);
    expect(first.host.notices.filter((one) => one.body.startsWith("missed"))).toHaveLength(1);
  });

  it("carbons: both devices have what either sent or received", async () => {
    second = await device();
    await second.signIn();
    await second.caughtUp();
    await second.send("from the second");
    await phone.waitForMessage((one) => one.getChildText("body") === "from the second");
    await vi.waitFor(async () => expect(await first.delivery("from the second")).toBe("sent"), WAIT);
    // Addressed to one device only: the other receives a carbon.
    const full = `${alice}/${second.account.connection.state === "online" ? second.account.connection.resource : ""}`;
    await phone.chat(full, "to one device");
    for (const one of [first, second])
      await vi.waitFor(async () => expect((await one.bodies()).at(-1)).toBe("to one device"), WAIT);
  });

  it("receipts and markers: a message becomes delivered and read on both devices", async () => {
    await first.send("did you get it?");
    const got = await phone.waitForMessage((one) => one.getChildText("body") === "did you get it?");
    expect(got.getChild("request", "urn:xmpp:receipts")).toBeDefined();
    expect(got.getChild("markable", "urn:xmpp:chat-markers:0")).toBeDefined();
    const id = String(got.attrs["id"]);
    await phone.send(xml("message", { to: alice, type: "chat" }, xml("received", { xmlns: "urn:xmpp:receipts", id })));
    for (const one of [first, second])
      await vi.waitFor(async () => expect(await one.delivery("did you get it?")).toBe("delivered"), WAIT);
    await phone.send(
      xml("message", { to: alice, type: "chat" }, xml("displayed", { xmlns: "urn:xmpp:chat-markers:0", id })),
    );
    for (const one of [first, second])
      await vi.waitFor(async () => expect(await one.delivery("did you get it?")).toBe("read"), WAIT);
    // All earlier messages were displayed as well (XEP-0333 §1).
    expect(await first.delivery("from the second")).toBe("read");
  });

  it("sends the requested receipt, and markers to the sender and our other device", async () => {
    const question = xml(
      "message",
      { to: alice, type: "chat", id: "q1" },
      xml("body", {}, "seen?"),
      xml("request", "urn:xmpp:receipts"),
      xml("markable", "urn:xmpp:chat-markers:0"),
    );
    await phone.send(question);
    const receipt = await phone.waitForMessage(confirmed("received", "urn:xmpp:receipts"));
    expect(receipt.getChild("received")!.attrs["id"]).toBe("q1");
    await vi.waitFor(() => expect(second.chat()).toMatchObject({ last: { text: "seen?" } }), WAIT);
    expect(second.chat()!.unread).toBeGreaterThan(0);
    const upTo = (await first.all()).at(-1)!.id;
    await first.core.handlers["chat.markRead"]({ account: first.account.id, jid: bob, upTo });
    const marker = await phone.waitForMessage(confirmed("displayed", "urn:xmpp:chat-markers:0"));
    expect(marker.getChild("displayed")!.attrs["id"]).toBe("q1");
    await vi.waitFor(() => expect(second.chat()!.unread).toBe(0), WAIT);
  });

  it("XEP-0490: a device that was away learns what was read in the meantime", async () => {
    await second.caughtUp();
    await second.quit();
    await phone.chat(alice, "read elsewhere");
    await phone.chat(alice, "not read");
    await vi.waitFor(() => expect(first.chat()).toMatchObject({ last: { text: "not read" } }), WAIT);
    const upTo = (await first.all()).at(-2)!.id;
    await first.core.handlers["chat.markRead"]({ account: first.account.id, jid: bob, upTo });
    await vi.waitFor(async () => {
      const answer = await phoneOfAlice();
      expect(answer).toContain("urn:xmpp:mds:displayed:0");
    }, WAIT);
    await second.startAgain();
    await vi.waitFor(() => expect(second.chat()).toMatchObject({ unread: 1, last: { text: "not read" } }), WAIT);
  });

  /** The node on the server, requested by an independent client. */
  async function phoneOfAlice(): Promise<string> {
    const peer = await connectPeer({ jid: alice, password: "secret", resource: "look", server: prosody });
    try {
      const request = xml(
        "iq",
        { type: "get", id: crypto.randomUUID() },
        xml("pubsub", "http://jabber.org/protocol/pubsub", xml("items", { node: "urn:xmpp:mds:displayed:0" })),
      );
      return String(await peer.request(request));
    } finally {
      await peer.stop();
    }
  }

  it("sends nothing to strangers, and nothing to anybody with the settings off", async () => {
    await first.core.handlers["settings.change"]({ sendReceipts: false, sendReadMarkers: false });
    const heard = phone.stanzas.length;
    await phone.send(
      xml(
        "message",
        { to: alice, type: "chat", id: "q2" },
        xml("body", {}, "still there?"),
        xml("request", "urn:xmpp:receipts"),
        xml("markable", "urn:xmpp:chat-markers:0"),
      ),
    );
    await vi.waitFor(() => expect(first.chat()).toMatchObject({ last: { text: "still there?" } }), WAIT);
    await first.core.handlers["chat.markRead"]({
      account: first.account.id,
      jid: bob,
      upTo: (await first.all()).at(-1)!.id,
    });
    await vi.waitFor(() => expect(second.chat()!.unread).toBe(0), WAIT);
    // The second device still sends receipts; the first sent nothing.
    const said = phone.stanzas.slice(heard).filter((one) => confirmed("displayed", "urn:xmpp:chat-markers:0")(one));
    expect(said).toEqual([]);
    await first.core.handlers["settings.change"]({ sendReceipts: true, sendReadMarkers: true });

    await prosody.register("carol", "hidden");
    const carol = await connectPeer({ jid: "carol@localhost", password: "hidden", resource: "x", server: prosody });
    await carol.send(xml("presence"));
    await carol.send(
      xml(
        "message",
        { to: alice, type: "chat", id: "s1" },
        xml("body", {}, "who are you?"),
        xml("request", "urn:xmpp:receipts"),
        xml("markable", "urn:xmpp:chat-markers:0"),
      ),
    );
    const stranger = "carol@localhost" as BareJid;
    await vi.waitFor(() => expect(first.chat(stranger)).toMatchObject({ unread: 1 }), WAIT);
    await first.core.handlers["chat.markRead"]({
      account: first.account.id,
      jid: stranger,
      upTo: (await first.all(stranger)).at(-1)!.id,
    });
    await vi.waitFor(() => expect(second.chat(stranger)).toMatchObject({ unread: 0 }), WAIT);
    expect(carol.stanzas.filter((one) => one.is("message"))).toEqual([]);
    await first.core.handlers["settings.change"]({ answerStrangers: true });
    await carol.send(
      xml(
        "message",
        { to: alice, type: "chat", id: "s2" },
        xml("body", {}, "and now?"),
        xml("request", "urn:xmpp:receipts"),
      ),
    );
    await carol.waitForMessage(confirmed("received", "urn:xmpp:receipts"));
    await carol.stop();
  });

  it("archive preferences are read and changed", async () => {
    const { account } = first;
    expect(await first.core.handlers["archive.preferences"]({ account: account.id })).toEqual({
      supported: true,
      default: "always",
    });
    await first.core.handlers["archive.setDefault"]({ account: account.id, default: "roster" });
    expect(await second.core.handlers["archive.preferences"]({ account: second.account.id })).toEqual({
      supported: true,
      default: "roster",
    });
    await first.core.handlers["archive.setDefault"]({ account: account.id, default: "always" });
  });

  it("a message whose first try arrived without an acknowledgement is not sent twice", async () => {
    await first.caughtUp();
    // The server loses the session after it has accepted the message.
    const sent = first.send("arrived or not?");
    await phone.waitForMessage((one) => one.getChildText("body") === "arrived or not?");
    await sent;
    await phone.stop();
    await prosody.kill();
    await prosody.restart();
    await first.core.handlers["account.connectNow"]({ account: first.account.id });
    await first.online();
    await vi.waitFor(async () => expect(await first.delivery("arrived or not?")).toMatch(/sent|delivered|read/), WAIT);
    phone = await connectPeer({ jid: bob, password: "hidden", resource: "phone", server: prosody });
    await phone.send(xml("presence"));
    const mine = xml(
      "iq",
      { type: "set", id: "mine" },
      xml(
        "query",
        { xmlns: "urn:xmpp:mam:2" },
        xml("set", "http://jabber.org/protocol/rsm", xml("max", {}, "50"), xml("before")),
      ),
    );
    await phone.request(mine);
    const bodies = phone.stanzas.flatMap(
      (one) =>
        one.getChild("result", "urn:xmpp:mam:2")?.getChild("forwarded")?.getChild("message")?.getChildText("body") ??
        [],
    );
    expect(bodies.filter((one) => one === "arrived or not?")).toHaveLength(1);
  });
});
