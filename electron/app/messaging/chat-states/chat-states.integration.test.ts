/** Chat states (XEP-0085) over a real Prosody: with a contact, in rooms and in private, and what the server keeps. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import { anyJid, type BareJid, type Jid } from "../../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom, leaveRoom, makeRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const NS = "http://jabber.org/protocol/chatstates";
const group = "den@conference.localhost" as BareJid;
const channel = "tea@conference.localhost" as BareJid;
const bobInPrivate = anyJid(`${group}/Bob`);

let world: World;
let alice: Device;
let bob: Peer;
let carol: Peer;

const isRoom = (to: string): boolean => to === group || to === channel;
const message = (to: string, ...inside: Element[]): Element =>
  xml("message", { to, type: isRoom(to) ? "groupchat" : "chat", id: crypto.randomUUID() }, ...inside);
const state = (name: string): Element => xml(name, { xmlns: NS });
const text = (body: string): Element => xml("body", {}, body);
const key = (jid: Jid) => ({ account: alice.account.id, jid });
const types = (jid: Jid, empty = false) => alice.core.handlers["chat.typed"]({ ...key(jid), empty });
/** What Alice was told last about a chat. */
const composing = (jid: Jid) => alice.host.composing.findLast((one) => one.jid === jid);
const composes = (jid: Jid, ...names: string[]) =>
  vi.waitFor(() => expect(composing(jid)).toMatchObject({ names, count: Math.max(1, names.length) }), WAIT);
const nobody = (jid: Jid) => vi.waitFor(() => expect(composing(jid)).toMatchObject({ count: 0 }), WAIT);
const stateIn = (stanza: Element): string | undefined =>
  stanza.getChildElements().find(({ attrs }) => attrs["xmlns"] === NS)?.name;
/** The states that a client got from Alice, alone and with texts. */
const got = (peer: Peer, from: string): (string | undefined)[] =>
  peer.stanzas
    .filter((one) => one.is("message") && String(one.attrs["from"]).startsWith(from) && stateIn(one) !== undefined)
    .map((one) => (one.getChild("body") === undefined ? stateIn(one) : `text ${stateIn(one)}`));
const has = (jid: Jid, body: string) => vi.waitFor(() => alice.find(jid, body), WAIT);

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" } }));
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

it("of a contact are told, end with the message, and are neither messages nor in the archive", async () => {
  await bob.send(message(ALICE.jid, state("composing")));
  await composes(BOB.jid);
  await bob.send(message(ALICE.jid, text("here it is"), state("active")));
  await has(BOB.jid, "here it is");
  await nobody(BOB.jid);
  await bob.send(message(ALICE.jid, state("composing")));
  await composes(BOB.jid);
  await bob.send(message(ALICE.jid, state("paused")));
  await nobody(BOB.jid);
  expect(await alice.bodies()).toEqual(["here it is"]);
  expect(alice.chat()).toMatchObject({ unread: 1 });
});

it("of ours go to the contact who has shown support, without being kept, and active goes with the text", async () => {
  await types(BOB.jid);
  const told = await bob.waitForMessage((one) => stateIn(one) === "composing");
  expect(told.getChild("no-store", "urn:xmpp:hints")).toBeDefined();
  await types(BOB.jid, true);
  await bob.waitForMessage((one) => stateIn(one) === "active");
  await types(BOB.jid);
  await alice.send("hi");
  await bob.waitForMessage((one) => one.getChildText("body") === "hi");
  await alice.core.handlers["chat.left"](key(BOB.jid));
  await bob.waitForMessage((one) => stateIn(one) === "inactive");
  await alice.core.handlers["chat.close"](key(BOB.jid));
  await bob.waitForMessage((one) => stateIn(one) === "gone");
  expect(got(bob, ALICE.jid)).toEqual(["composing", "active", "composing", "text active", "inactive", "gone"]);
  const second = await world.device();
  await vi.waitFor(async () => expect(await second.bodies()).toEqual(["here it is", "hi"]), WAIT);
  await second.core.stop();
});

it("are not sent to a stranger, nor shown of one, and of our other device they change nothing", async () => {
  await carol.send(message(ALICE.jid, text("do you know me?"), state("active")));
  await carol.send(message(ALICE.jid, state("composing")));
  const stranger = "carol@localhost" as BareJid;
  await has(stranger, "do you know me?");
  await types(stranger);
  const phone = await world.client("alice", "secret", "phone");
  await phone.send(message(BOB.jid, state("composing")));
  await phone.send(message(BOB.jid, text("from my phone"), state("active")));
  await has(BOB.jid, "from my phone");
  await alice.core.handlers["message.send"]({ ...key(stranger), body: "no", encryption: "none" });
  await carol.waitForMessage((one) => one.getChildText("body") === "no");
  expect(got(carol, ALICE.jid)).toEqual([]);
  expect([composing(stranger), composing(BOB.jid)?.count]).toEqual([undefined, 0]);
  await phone.stop();
});

it("in a small private group go both ways, and end when the occupant leaves; a public channel gets none", async () => {
  await makeRoom(alice, group, { nickname: "Alice", name: "Den", kind: "group" });
  await makeRoom(alice, channel, { nickname: "Alice", name: "Tea", kind: "channel" });
  for (const person of [BOB.jid, "carol@localhost" as BareJid])
    await alice.core.handlers["room.setAffiliation"]({
      ...key(group),
      jid: group,
      person,
      affiliation: "member",
      reason: "",
    });
  await enterRoom(bob, group, "Bob");
  await enterRoom(carol, group, "Carol");
  await enterRoom(bob, channel, "Bob");
  await bob.send(message(group, state("composing")));
  await composes(group, "Bob");
  await carol.send(message(group, state("composing")));
  await composes(group, "Bob", "Carol");
  await bob.send(message(group, text("hello"), state("active")));
  await composes(group, "Carol");
  await leaveRoom(carol, `${group}/Carol`);
  await nobody(group);
  await vi.waitFor(async () => {
    await types(group);
    expect(got(bob, `${group}/Alice`)).toEqual(["composing"]);
  }, WAIT);
  await types(group, true);
  await types(channel);
  await alice.core.handlers["message.send"]({ ...key(channel), body: "public", encryption: "none" });
  await bob.waitForMessage((one) => one.getChildText("body") === "public");
  expect(got(bob, `${group}/Alice`)).toEqual(["composing", "paused"]);
  expect(got(bob, `${channel}/Alice`)).toEqual([]);
});

it("in private with an occupant go both ways", async () => {
  await bob.send(
    message(`${group}/Alice`, text("psst"), state("active"), xml("x", "http://jabber.org/protocol/muc#user")),
  );
  await has(bobInPrivate, "psst");
  await bob.send(message(`${group}/Alice`, state("composing"), xml("x", "http://jabber.org/protocol/muc#user")));
  await composes(bobInPrivate);
  await types(bobInPrivate);
  await bob.waitForMessage(
    (one) =>
      one.attrs["type"] === "chat" && stateIn(one) === "composing" && String(one.attrs["from"]) === `${group}/Alice`,
  );
  await leaveRoom(bob, `${group}/Bob`);
  await nobody(bobInPrivate);
});

it("are announced as long as the user lets us send them, with new capabilities when that changes (§4)", async () => {
  const asks = async () => {
    const to = (await bob.waitFor((one) => one.is("presence") && String(one.attrs["from"]).startsWith(`${ALICE.jid}/`)))
      .attrs["from"];
    const iq = xml(
      "iq",
      { type: "get", to: String(to), id: crypto.randomUUID() },
      xml("query", "http://jabber.org/protocol/disco#info"),
    );
    return String(await bob.request(iq));
  };
  expect(await asks()).toContain(`"${NS}"`);
  const before = bob.stanzas.length;
  await alice.core.handlers["settings.change"]({ sendChatStates: false });
  await vi.waitFor(
    () =>
      expect(bob.stanzas.slice(before).some((one) => one.is("presence") && one.getChild("c") !== undefined)).toBe(true),
    WAIT,
  );
  expect(await asks()).not.toContain(`"${NS}"`);
  await bob.send(message(ALICE.jid, text("still there?"), state("active")));
  await has(BOB.jid, "still there?");
  const count = got(bob, ALICE.jid).length;
  await types(BOB.jid);
  await alice.send("yes");
  await bob.waitForMessage((one) => one.getChildText("body") === "yes");
  expect(got(bob, ALICE.jid)).toHaveLength(count);
});
