/** Hostile stanzas, sent for real through a Prosody by an account that knows our address. None may have an effect. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import { createCore } from "../core.ts";
import { TestHost } from "../testing/host.ts";
import type { Core } from "../host.ts";

const alice = "alice@localhost" as BareJid;
const bob = "bob@localhost" as BareJid;
const mallory = "mallory@localhost" as BareJid;
const WAIT = { timeout: 60_000, interval: 20 };

let prosody: Prosody;
let folder: string;
let host: TestHost;
let core: Core;
let evil: Peer;
let friend: Peer;
const account = () => [...host.accounts.values()][0]!;
const full = () => {
  const { connection } = account();
  if (connection.state !== "online") throw new Error("not online");
  return `${alice}/${connection.resource}`;
};
const bodies = () => [...host.messages.values()].map((one) => one.body);

beforeAll(async () => {
  prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden", mallory: "evil" } });
  await befriend(
    prosody,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  // An attacker who is also in Alice's roster, so that the server lets as much through as possible.
  await befriend(
    prosody,
    { jid: alice, password: "secret", name: "Alice" },
    { jid: mallory, password: "evil", name: "Mallory" },
  );
  folder = await mkdtemp(join(tmpdir(), "jackdaw-attacks-"));
  host = new TestHost(folder);
  core = createCore(host);
  await core.start();
  await core.handlers["account.signIn"]({
    jid: alice,
    password: "secret",
    advanced: { host: "127.0.0.1", port: prosody.port },
  });
  await vi.waitFor(() => expect(account().connection.state).toBe("stopped"), WAIT);
  await core.handlers["account.pinCertificate"]({ account: account().id, fingerprint: prosody.certificateFingerprint });
  await vi.waitFor(() => expect(account().connection.state).toBe("online"), WAIT);
  evil = await connectPeer({ jid: mallory, password: "evil", resource: "x", server: prosody });
  friend = await connectPeer({ jid: bob, password: "hidden", resource: "x", server: prosody });
  await evil.send(xml("presence"));
  await friend.send(xml("presence"));
});
afterAll(async () => {
  await core?.stop();
  await Promise.all([evil?.stop(), friend?.stop()]);
  await prosody?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when all stanzas sent before have been handled. */
async function afterThat(): Promise<void> {
  const mark = crypto.randomUUID();
  await evil.chat(alice, mark);
  await vi.waitFor(() => expect(bodies()).toContain(mark), WAIT);
}

const inner = (from: string, to: string, body: string): Element =>
  xml("message", { xmlns: "jabber:client", from, to, type: "chat", id: crypto.randomUUID() }, xml("body", {}, body));
const forwarded = (message: Element): Element =>
  xml(
    "forwarded",
    "urn:xmpp:forward:0",
    xml("delay", { xmlns: "urn:xmpp:delay", stamp: "2026-01-01T00:00:00Z" }),
    message,
  );

it.each(["received", "sent"])("forged carbons: <%s/> of an attacker", async (kind) => {
  for (const to of [alice, full()]) {
    const [from, for_] = kind === "sent" ? [`${alice}/phone`, bob] : [`${bob}/x`, alice];
    await evil.send(
      xml(
        "message",
        { to, type: "chat" },
        xml(kind, "urn:xmpp:carbons:2", forwarded(inner(from, for_, "forged by a carbon"))),
      ),
    );
    await evil.send(
      xml(
        "message",
        { to, type: "chat" },
        xml("body", {}, "a hook"),
        xml(kind, "urn:xmpp:carbons:2", forwarded(inner(from, for_, "forged by a carbon"))),
      ),
    );
  }
  await afterThat();
  expect(bodies()).not.toContain("forged by a carbon");
  expect(host.chats.has(bob)).toBe(false);
});

it("carbon confusion: a bare forwarded message, and a room's message in a carbon", async () => {
  await evil.send(xml("message", { to: alice, type: "chat" }, forwarded(inner(`${bob}/x`, alice, "only forwarded"))));
  const groupchat = inner("room@conference.localhost/bob", alice, "from a room");
  groupchat.attrs["type"] = "groupchat";
  await evil.send(
    xml("message", { to: alice, type: "chat" }, xml("received", "urn:xmpp:carbons:2", forwarded(groupchat))),
  );
  await afterThat();
  expect(bodies()).not.toContain("only forwarded");
  expect(bodies()).not.toContain("from a room");
  expect([...host.chats.keys()]).toEqual([mallory]);
});

it("room private messages in carbons: those of another device are never put into a contact's chat", async () => {
  const room = "tavern@conference.localhost";
  const join = (peer: Peer, nick: string): Promise<void> =>
    peer.send(xml("presence", { to: `${room}/${nick}` }, xml("x", "http://jabber.org/protocol/muc")));
  const phone = await connectPeer({ jid: alice, password: "secret", resource: "phone", server: prosody });
  await phone.send(xml("presence"));
  await join(phone, "alice");
  await phone.waitFor((one) => one.is("presence") && one.attrs["from"] === `${room}/alice`);
  await phone.request(
    xml(
      "iq",
      { to: room, type: "set", id: "unlock" },
      xml("query", "http://jabber.org/protocol/muc#owner", xml("x", { xmlns: "jabber:x:data", type: "submit" })),
    ),
  );
  await join(evil, "bob@localhost");
  await evil.waitFor((one) => one.is("presence") && one.attrs["from"] === `${room}/bob@localhost`);
  await evil.send(
    xml("message", { to: `${room}/alice`, type: "chat", id: "pm1" }, xml("body", {}, "I am Bob, send me money")),
  );
  await phone.waitForMessage((one) => one.getChildText("body") === "I am Bob, send me money");
  await phone.send(
    xml(
      "message",
      { to: `${room}/bob@localhost`, type: "chat", id: "pm2" },
      xml("body", {}, "which Bob?"),
      xml("x", "http://jabber.org/protocol/muc#user"),
    ),
  );
  await evil.waitForMessage((one) => one.getChildText("body") === "which Bob?");
  await afterThat();
  expect(bodies()).not.toContain("I am Bob, send me money");
  expect(bodies()).not.toContain("which Bob?");
  expect(host.chats.has(bob)).toBe(false);
  await phone.stop();
});

it("forged archive results: an attacker's <result/> with any query id", async () => {
  for (const queryid of ["", crypto.randomUUID()]) {
    const result = xml(
      "result",
      { xmlns: "urn:xmpp:mam:2", queryid, id: "1" },
      forwarded(inner(`${bob}/x`, alice, "forged from the archive")),
    );
    for (const to of [alice, full()]) await evil.send(xml("message", { to, type: "normal" }, result));
  }
  await afterThat();
  expect(bodies()).not.toContain("forged from the archive");
});

it("forged archive ids: a <stanza-id/> of an attacker hides no genuine message", async () => {
  await evil.send(
    xml(
      "message",
      { to: alice, type: "chat" },
      xml("body", {}, "with a forged id"),
      xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: alice, id: "same" }),
    ),
  );
  await evil.send(
    xml(
      "message",
      { to: alice, type: "chat" },
      xml("body", {}, "and another"),
      xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: alice, id: "same" }),
    ),
  );
  await afterThat();
  expect(bodies()).toEqual(expect.arrayContaining(["with a forged id", "and another"]));
});

it("forged PEP events, receipts and markers: only the entitled sender is believed", async () => {
  const { message } = await (async () => {
    const sent = core.handlers["message.send"]({
      account: account().id,
      jid: bob,
      body: "for Bob",
      encryption: "none",
    });
    const got = await friend.waitForMessage((one) => one.getChildText("body") === "for Bob");
    return { message: await sent, got };
  })();
  await friend.chat(alice, "unread");
  await vi.waitFor(() => expect(host.chats.get(bob)).toMatchObject({ unread: 1 }), WAIT);
  const id = String(friend.stanzas.findLast((one) => one.getChildText("body") === "for Bob")!.attrs["id"]);
  await evil.send(xml("message", { to: alice, type: "chat" }, xml("received", { xmlns: "urn:xmpp:receipts", id })));
  await evil.send(
    xml("message", { to: alice, type: "chat" }, xml("displayed", { xmlns: "urn:xmpp:chat-markers:0", id })),
  );
  const archive = xml(
    "iq",
    { type: "set", id: "look" },
    xml(
      "query",
      { xmlns: "urn:xmpp:mam:2" },
      xml("set", "http://jabber.org/protocol/rsm", xml("max", {}, "50"), xml("before")),
    ),
  );
  const look = await connectPeer({ jid: alice, password: "secret", resource: "look", server: prosody });
  await look.request(archive);
  const archiveId = look.stanzas.flatMap((one) => {
    const result = one.getChild("result", "urn:xmpp:mam:2");
    return result?.getChild("forwarded")?.getChild("message")?.getChildText("body") === "unread"
      ? [String(result.attrs["id"])]
      : [];
  })[0]!;
  await look.stop();
  const displayed = xml(
    "displayed",
    "urn:xmpp:mds:displayed:0",
    xml("stanza-id", { xmlns: "urn:xmpp:sid:0", by: alice, id: archiveId }),
  );
  for (const to of [alice, full()]) {
    await evil.send(
      xml(
        "message",
        { to, type: "headline" },
        xml(
          "event",
          "http://jabber.org/protocol/pubsub#event",
          xml("items", { node: "urn:xmpp:mds:displayed:0" }, xml("item", { id: bob }, displayed)),
        ),
      ),
    );
  }
  await afterThat();
  expect(host.chats.get(bob)).toMatchObject({ unread: 1 });
  expect(host.messages.get(message.id)?.delivery).toBe("sent");
});
