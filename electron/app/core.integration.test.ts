/** The core with a test host, over a real Prosody, with an independent client on the other side. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import xml from "@xmpp/xml";
import type { BareJid } from "../../shared/jid.ts";
import { connectPeer, type Peer } from "../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../e2e/peers/servers/prosody.ts";
import { createCore } from "./core.ts";
import { TestHost } from "./testing/host.ts";
import type { Core } from "./host.ts";

const bob = "bob@localhost" as BareJid;
const WAIT = { timeout: 60_000, interval: 20 };

describe.each([{ sasl2: false }, { sasl2: true }])("the core over Prosody (SASL2: $sasl2)", ({ sasl2 }) => {
  let prosody: Prosody;
  let folder: string;
  let host: TestHost;
  let core: Core;
  const peers: Peer[] = [];

  beforeAll(async () => {
    prosody = await startProsody({ sasl2, accounts: { alice: "secret", bob: "hidden" } });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-core-"));
    host = new TestHost(folder);
  });
  afterAll(async () => {
    await core?.stop();
    await prosody?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((peer) => peer.stop()));
  });

  const peer = async (resource: string): Promise<Peer> => {
    const made = await connectPeer({ jid: "bob@localhost", password: "hidden", resource, server: prosody });
    peers.push(made);
    return made;
  };
  const alice = () => [...host.accounts.values()][0]!;
  const connection = () => alice().connection;
  const online = () => vi.waitFor(() => expect(connection().state).toBe("online"), WAIT);

  it("signs in after the user pinned the certificate", async () => {
    core = createCore(host);
    await core.start();
    const advanced = { host: "127.0.0.1", port: prosody.port };
    await core.handlers["account.signIn"]({ jid: "alice@localhost" as BareJid, password: "wrong", advanced });
    await vi.waitFor(() => expect(connection().state).toBe("stopped"), WAIT);
    const untrusted = connection();
    if (untrusted.state !== "stopped") throw new Error("expected a problem");
    expect(untrusted.problem).toMatchObject({
      code: "certificate-untrusted",
      certificate: { fingerprint: prosody.certificateFingerprint },
    });
    const account = alice().id;
    await expect(
      core.handlers["account.pinCertificate"]({ account, fingerprint: "00".repeat(32) }),
    ).rejects.toMatchObject({ code: "not-found" });
    await core.handlers["account.pinCertificate"]({ account, fingerprint: prosody.certificateFingerprint });
    await vi.waitFor(
      () => expect(connection()).toMatchObject({ state: "stopped", problem: { code: "wrong-password" } }),
      WAIT,
    );
    await core.handlers["account.setPassword"]({ account, password: "secret" });
    await online();
    expect(connection()).toMatchObject({
      mechanism: expect.stringMatching(/^SCRAM-SHA-/) as string,
      tls: expect.stringMatching(/^TLSv1/) as string,
    });
  });

  it("adds a contact, is asked in return, and sees the presence of every resource", async () => {
    const account = alice().id;
    const phone = await peer("phone");
    await core.handlers["roster.add"]({ account, jid: bob, name: "Bob", groups: ["Friends"] });
    await vi.waitFor(
      () => expect(host.contacts.get(bob)).toMatchObject({ name: "Bob", groups: ["Friends"], asked: true }),
      WAIT,
    );
    await phone.send(xml("presence", { to: "alice@localhost", type: "subscribed" }));
    await phone.send(xml("presence", { to: "alice@localhost", type: "subscribe" }));
    await vi.waitFor(() => expect(host.requests.map((one) => one.jid)).toEqual([bob]), WAIT);
    await core.handlers["subscription.accept"]({ account, jid: bob });
    await vi.waitFor(() => expect(host.contacts.get(bob)).toMatchObject({ subscription: "both", asked: false }), WAIT);
    expect(host.requests).toEqual([]);
    await phone.send(
      xml("presence", {}, xml("show", {}, "away"), xml("status", {}, "lunch"), xml("priority", {}, "3")),
    );
    await vi.waitFor(() => expect(host.contacts.get(bob)).toMatchObject({ show: "away", status: "lunch" }), WAIT);
    const laptop = await peer("laptop");
    await laptop.send(xml("presence", {}, xml("priority", {}, "9")));
    await vi.waitFor(() => expect(host.contacts.get(bob)).toMatchObject({ show: "available" }), WAIT);
    const details = await core.handlers["contact.details"]({ account, jid: bob });
    // With Bind2 the server appends to the resource names.
    expect(details.resources.map((one) => one.resource.split("~")[0]).sort()).toEqual(["laptop", "phone"]);
    await laptop.stop();
    await vi.waitFor(() => expect(host.contacts.get(bob)).toMatchObject({ show: "away" }), WAIT);
    await core.handlers["roster.rename"]({ account, jid: bob, name: "Robert" });
    await core.handlers["roster.setGroups"]({ account, jid: bob, groups: ["Work"] });
    await vi.waitFor(() => expect(host.contacts.get(bob)).toMatchObject({ name: "Robert", groups: ["Work"] }), WAIT);
  });

  it("exchanges messages, and marks ours as sent when the server has acknowledged them", async () => {
    const account = alice().id;
    const phone = await peer("phone");
    await phone.send(xml("presence"));
    const sent = await core.handlers["message.send"]({
      account,
      jid: bob,
      body: "Grüße an alle 🐦",
      encryption: "none",
    });
    expect(sent.delivery).toBe("pending");
    await vi.waitFor(() => expect(host.messages.get(sent.id)!.delivery).toBe("sent"), WAIT);
    const got = await phone.waitForMessage((stanza) => stanza.getChildText("body") === "Grüße an alle 🐦");
    expect(got.getChild("origin-id", "urn:xmpp:sid:0")?.attrs["id"]).toBe(got.attrs["id"]);

    await phone.send(
      xml("message", { to: "alice@localhost", type: "chat", id: "m1" }, xml("body", {}, "<b>hello</b>")),
    );
    await vi.waitFor(
      () => expect(host.chats.get(bob)).toMatchObject({ unread: 1, last: { text: "<b>hello</b>" } }),
      WAIT,
    );
    expect(host.notices).toEqual([{ title: "Robert", body: "<b>hello</b>", chat: { account, jid: bob } }]);
    const { page } = await core.handlers["chat.open"]({ account, jid: bob });
    expect(page.messages.map((one) => [one.direction, one.body])).toEqual([
      ["out", "Grüße an alle 🐦"],
      ["in", "<b>hello</b>"],
    ]);
    await core.handlers["chat.markRead"]({ account, jid: bob, upTo: page.messages[1]!.id });
    await vi.waitFor(() => expect([host.chats.get(bob)!.unread, host.badge]).toEqual([0, 0]), WAIT);
  });

  it("marks a bounced message as failed", async () => {
    const account = alice().id;
    const nobody = "nobody@elsewhere.invalid" as BareJid;
    const sent = await core.handlers["message.send"]({ account, jid: nobody, body: "anybody?", encryption: "none" });
    await vi.waitFor(() => expect(host.messages.get(sent.id)).toMatchObject({ delivery: "failed" }), WAIT);
    expect(host.messages.get(sent.id)!.failure!.condition).not.toBe("");
    await core.handlers["message.discard"]({ account, id: sent.id });
  });

  it("waits while the server is down, and delivers when it is back", async () => {
    const account = alice().id;
    await prosody.stop();
    await vi.waitFor(() => expect(connection().state).toMatch(/waiting|connecting/), WAIT);
    const sent = await core.handlers["message.send"]({ account, jid: bob, body: "later", encryption: "none" });
    expect(sent.delivery).toBe("pending");
    await prosody.restart();
    const phone = await peer("phone");
    await phone.send(xml("presence"));
    await vi.waitFor(() => {
      if (connection().state === "waiting") void core.handlers["account.connectNow"]({ account });
      expect(connection().state).toBe("online");
    }, WAIT);
    await phone.waitForMessage((stanza) => stanza.getChildText("body") === "later");
    await vi.waitFor(() => expect(host.messages.get(sent.id)!.delivery).toBe("sent"), WAIT);
  });

  it("finds everything again after a restart", async () => {
    await core.stop();
    host.accounts.clear();
    host.contacts.clear();
    core = createCore(host);
    await core.start();
    const { chats } = await core.handlers["chat.page"]({ limit: 50 });
    expect(chats.map((chat) => chat.jid)).toContain(bob);
    const { contacts } = await core.handlers["roster.page"]({ limit: 50 });
    expect(contacts).toMatchObject([{ jid: bob, name: "Robert", groups: ["Work"], subscription: "both" }]);
    const { page } = await core.handlers["chat.open"]({ account: alice().id, jid: bob });
    expect(page.messages.map((one) => one.body)).toEqual(["Grüße an alle 🐦", "<b>hello</b>", "later"]);
    await online();
    if (sasl2) expect(connection()).toMatchObject({ mechanism: expect.stringMatching(/^HT-SHA-256-/) as string });
  });
});
