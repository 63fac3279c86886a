/**
 * Keys of members of a private group over a real Prosody: new devices of verified people, and devices with a new key.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { encrypted, OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Device as Shown } from "../../../../shared/model/encryption.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const room = "den@conference.localhost" as BareJid;
const jid = (user: string): BareJid => `${user}@localhost` as BareJid;
const USERS = ["alice", "bob", "dave", "plain"];

let world: World;
let alice: Device;
let bob: Device;
/** Changes his keys as a test requires. */
let dave: OmemoPeer;
/** Sees every stanza of the room. */
let plain: Peer;

const at = (one: Device) => ({ account: one.account.id, jid: room });
const device = (user: string): Promise<Device> =>
  world.device({ jid: jid(user), password: user, name: user, to: room });
const daves = () => ({ jid: jid("dave"), password: "dave", resource: crypto.randomUUID(), server: world.server });
const shown = async (one: Device) =>
  (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === room)!;
/** Expects this state of the room's encryption. */
const says = (one: Device, told: object) =>
  vi.waitFor(async () => expect((await shown(one)).encryption).toMatchObject({ obstacle: null, ...told }), WAIT);
const devices = async (one: Device, of: string): Promise<Shown[]> =>
  (await one.core.handlers["device.list"]({ account: one.account.id, jid: jid(of) })).devices;
const self = async (one: Device): Promise<Shown> =>
  (await devices(one, one.user.jid.split("@")[0]!)).find((known) => known.own)!;
const find = async (one: Device, body: string): Promise<Message[]> =>
  (await one.all(room)).filter((message) => message.body === body);
const reads = (one: Device, body: string, more: object = {}) =>
  vi.waitFor(
    async () =>
      expect(await find(one, body)).toMatchObject([
        { direction: "in", protection: { kind: "omemo", problem: null, ...more } },
      ]),
    WAIT,
  );
async function say(one: Device, body: string): Promise<void> {
  await one.core.handlers["message.send"]({ ...at(one), body, encryption: "omemo" });
  await vi.waitFor(async () => expect(await find(one, body)).toMatchObject([{ delivery: "delivered" }]), WAIT);
}
const isSaid = (nickname: string) => (one: Element) =>
  one.attrs["type"] === "groupchat" &&
  one.attrs["from"] === `${room}/${nickname}` &&
  one.getChild("encrypted", OMEMO) !== undefined;
/** The devices for which the newest message of this nickname has keys. */
const rids = (nickname: string): number[] =>
  plain.stanzas
    .filter(isSaid(nickname))
    .at(-1)!
    .getChild("encrypted", OMEMO)!
    .getChild("header")!
    .getChildren("key")
    .map((key) => Number(key.attrs["rid"]));
async function enter(peer: Peer, nickname: string): Promise<void> {
  await peer.send(
    xml(
      "presence",
      { to: `${room}/${nickname}` },
      xml("x", "http://jabber.org/protocol/muc", xml("history", { maxstanzas: "0" })),
    ),
  );
  await peer.waitFor(
    (one) => one.is("presence") && one.attrs["from"] === `${room}/${nickname}` && one.toString().includes('code="110"'),
  );
}
/** Dave sends a text that Alice can read if she accepts his key. */
const daveSays = async (who: OmemoPeer, text: string) =>
  who.peer.send(
    xml(
      "message",
      { to: room, type: "groupchat", id: crypto.randomUUID() },
      encrypted(await who.seal(jid("alice"), text)),
    ),
  );

beforeAll(async () => {
  world = new World(
    await startProsody({ accounts: Object.fromEntries(USERS.map((user) => [user, user])), without: ["offline"] }),
  );
  [alice, bob, plain] = await Promise.all([device("alice"), device("bob"), world.client("plain", "plain")]);
  dave = await OmemoPeer.connect(daves());
  world.ends(dave.peer);
  await dave.publish();
  await alice.core.handlers["room.create"]({ ...at(alice), nickname: "Alice", name: "Den", kind: "group" });
  await vi.waitFor(async () => expect(await shown(alice)).toMatchObject({ state: { state: "joined" } }), WAIT);
  for (const user of ["bob", "dave", "plain"])
    await alice.core.handlers["room.setAffiliation"]({
      ...at(alice),
      person: jid(user),
      affiliation: "member",
      reason: "",
    });
  await bob.core.handlers["room.join"]({ ...at(bob), nickname: "Bob", password: null, autojoin: true });
  await enter(plain, "Plain");
  await enter(dave.peer, "Dave");
  for (const one of [alice, bob]) await says(one, { members: 3, withoutCount: 1, undecided: [], changed: [] });
});
afterAll(() => world?.end());

it("a verified member's new device receives nothing until the user decides, and the room says so", async () => {
  const { uri } = await bob.core.handlers["device.address"]({ account: bob.account.id });
  await alice.core.handlers["device.verify"]({ account: alice.account.id, jid: jid("bob"), uri });
  await say(alice, "to Bob, whom I know");
  await reads(bob, "to Bob, whom I know");
  const another = await device("bob");
  const fresh = await self(another);
  await says(alice, { undecided: [jid("bob")], changed: [] });
  await vi.waitFor(
    () => expect(alice.chat(room)).toMatchObject({ encryption: "omemo", canEncrypt: true, undecided: 1 }),
    WAIT,
  );
  await say(alice, "not for the new one");
  await reads(bob, "not for the new one");
  expect(rids("Alice")).toContain((await self(bob)).id);
  expect(rids("Alice")).not.toContain(fresh.id);
  await vi.waitFor(
    async () =>
      expect((await another.all(room)).at(-1)).toMatchObject({
        body: "",
        protection: { problem: "not-for-this-device" },
      }),
    WAIT,
  );
  // Its messages are read, and show its trust.
  await vi.waitFor(() => expect(another.chat(room)).toMatchObject({ canEncrypt: true }), WAIT);
  await say(another, "it is me, Bob");
  await reads(alice, "it is me, Bob", { device: fresh.id, trust: "undecided" });
  expect((await devices(alice, "bob")).find(({ id }) => id === fresh.id)).toMatchObject({
    trust: "undecided",
    active: true,
  });
  // Dave has verified nobody, so he reads it without a decision.
  await vi.waitFor(() => expect(dave.heard).toContain("it is me, Bob"), WAIT);

  await alice.core.handlers["device.setTrust"]({
    account: alice.account.id,
    jid: jid("bob"),
    device: fresh.id,
    fingerprint: fresh.fingerprint!,
    trust: "verified",
  });
  await says(alice, { undecided: [] });
  await vi.waitFor(() => expect(alice.chat(room)).toMatchObject({ undecided: 0 }), WAIT);
  await say(alice, "now for both");
  for (const one of [bob, another]) await reads(one, "now for both");

  await alice.core.handlers["device.setTrust"]({
    account: alice.account.id,
    jid: jid("bob"),
    device: fresh.id,
    fingerprint: fresh.fingerprint!,
    trust: "distrusted",
  });
  await say(alice, "no more for the new one");
  expect(rids("Alice")).not.toContain(fresh.id);
  expect(rids("Alice")).toContain((await self(bob)).id);
  await says(alice, { undecided: [] });
  await another.quit();
});

it("a verified member's new device that appeared while we were away waits as well", async () => {
  await alice.quit();
  const another = await device("bob");
  const fresh = await self(another);
  await vi.waitFor(() => expect(another.chat(room)).toMatchObject({ canEncrypt: true }), WAIT);
  await say(another, "while you were away");
  await alice.startAgain();
  await reads(alice, "while you were away", { device: fresh.id, trust: "undecided" });
  await says(alice, { undecided: [jid("bob")] });
  await say(alice, "not for your third");
  expect(rids("Alice")).not.toContain(fresh.id);
  expect(rids("Alice")).toContain((await self(bob)).id);
  await another.quit();
});

it("a new key of a member's device is an alarm: its message is not shown, and it gets nothing until the user accepts", async () => {
  await daveSays(dave, "from Dave");
  await reads(alice, "from Dave", { device: dave.id });
  await say(alice, "to all of you");
  await vi.waitFor(() => expect(dave.heard).toContain("to all of you"), WAIT);
  await dave.peer.stop();
  const impostor = await OmemoPeer.anew(dave, daves());
  world.ends(impostor.peer);
  await impostor.publish();
  await enter(impostor.peer, "Dave");
  await daveSays(impostor, "believe me");
  await vi.waitFor(
    async () =>
      expect((await alice.all(room)).at(-1)).toMatchObject({
        body: "",
        writer: { jid: jid("dave") },
        protection: { kind: "omemo", device: dave.id, problem: "key-changed" },
      }),
    WAIT,
  );
  await says(alice, { changed: [jid("dave")] });
  const [known] = await devices(alice, "dave");
  expect(known).toMatchObject({ id: dave.id, changedFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(known!.changedFingerprint).not.toBe(known!.fingerprint);
  await say(alice, "not for another key");
  await reads(bob, "not for another key");
  expect(rids("Alice")).not.toContain(dave.id);
  // Nor after a restart, when everything is read again.
  await alice.quit();
  await alice.startAgain();
  await says(alice, { changed: [jid("dave")] });
  await say(alice, "still not");
  expect(rids("Alice")).not.toContain(dave.id);
  expect(impostor.heard.filter((text) => ["not for another key", "still not"].includes(text))).toEqual([]);

  await alice.core.handlers["device.acceptKey"]({
    account: alice.account.id,
    jid: jid("dave"),
    device: dave.id,
    fingerprint: known!.changedFingerprint!,
  });
  await says(alice, { changed: [] });
  await say(alice, "welcome, new key");
  await vi.waitFor(() => expect(impostor.heard).toContain("welcome, new key"), WAIT);
  await daveSays(impostor, "thank you");
  await reads(alice, "thank you", { device: dave.id });
});
