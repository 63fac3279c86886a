/**
 * OMEMO in a private group over a real Prosody: Jackdaws of three people, and a hand-written device that breaks the
 * rules.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connectPeer, type Peer } from "../../../../e2e/peers/peer.ts";
import { encrypted, OmemoPeer } from "../../../../e2e/peers/omemo-peer.ts";
import { publishedDevices } from "../../../../e2e/peers/omemo-nodes.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const room = "den@conference.localhost" as BareJid;
const jid = (user: string): BareJid => `${user}@localhost` as BareJid;
const USERS = ["alice", "bob", "carol", "dave", "mallory", "plain"];

let world: World;
let alice: Device;
let bob: Device;
let carol: Device;
/** Sees every stanza of the room as a member without a device, for whom the others do not encrypt. */
let plain: Peer;

async function device(user: string): Promise<Device> {
  const one = await world.device({ jid: jid(user), password: user, name: user, to: room });
  await published(user, await own(one));
  return one;
}
async function published(user: string, id: number): Promise<void> {
  const look = await connectPeer({
    jid: jid(user),
    password: user,
    resource: crypto.randomUUID(),
    server: world.server,
  });
  await vi.waitFor(async () => expect(await publishedDevices(look, jid(user))).toContain(id), WAIT);
  await look.stop();
}
const at = (one: Device) => ({ account: one.account.id, jid: room });
const shown = async (one: Device) =>
  (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === room);
const isIn = (one: Device) =>
  vi.waitFor(async () => expect(await shown(one)).toMatchObject({ state: { state: "joined" } }), WAIT);
const join_ = async (one: Device, nickname: string) => {
  await one.core.handlers["room.join"]({ ...at(one), nickname, password: null, autojoin: true });
  await isIn(one);
};
const affiliate = (person: BareJid, affiliation: "member" | "none" | "outcast") =>
  alice.core.handlers["room.setAffiliation"]({ ...at(alice), person, affiliation, reason: "" });
const say = (one: Device, body: string) => one.core.handlers["message.send"]({ ...at(one), body, encryption: "omemo" });
const find = async (one: Device, body: string): Promise<Message[]> =>
  (await one.all(room)).filter((message) => message.body === body);
/** Expects the message once, encrypted, and from this person. */
const reads = (one: Device, body: string, from: string) =>
  vi.waitFor(
    async () =>
      expect(await find(one, body)).toMatchObject([
        { direction: "in", writer: { jid: jid(from) }, protection: { kind: "omemo", problem: null } },
      ]),
    WAIT,
  );
const delivered = (one: Device, body: string) =>
  vi.waitFor(async () => expect(await find(one, body)).toMatchObject([{ delivery: "delivered" }]), WAIT);
/** Resolves when all these people can read this one's messages, except for this number of members. */
const settled = (one: Device, members: number, withoutCount: number) =>
  vi.waitFor(
    async () => expect((await shown(one))?.encryption).toMatchObject({ obstacle: null, members, withoutCount }),
    WAIT,
  );
const OMEMO = "eu.siacs.conversations.axolotl";
const isSaid = (nickname: string) => (one: Element) =>
  one.is("message") && one.attrs["type"] === "groupchat" && one.attrs["from"] === `${room}/${nickname}`;
/** The devices for which the newest message of this nickname has keys, as every occupant sees it. */
function rids(nickname: string): number[] {
  const header = plain.stanzas.filter(isSaid(nickname)).at(-1)!.getChild("encrypted", OMEMO)!.getChild("header")!;
  return header.getChildren("key").map((key) => Number(key.attrs["rid"]));
}
const own = async (one: Device): Promise<number> =>
  (await one.core.handlers["device.list"]({ account: one.account.id, jid: one.user.jid })).devices.find(
    (known) => known.own,
  )!.id;
const groupchat = (...inner: Element[]): Element =>
  xml("message", { to: room, type: "groupchat", id: crypto.randomUUID() }, ...inner);
async function enter(peer: Peer, nickname: string): Promise<void> {
  await peer.send(xml("presence", { to: `${room}/${nickname}` }, xml("x", "http://jabber.org/protocol/muc")));
  await peer.waitFor(
    (one) => one.is("presence") && one.attrs["from"] === `${room}/${nickname}` && one.attrs["type"] === undefined,
  );
}
const configure = (fields: Record<string, string>) =>
  alice.core.handlers["room.configure"]({
    ...at(alice),
    fields: Object.entries(fields).map(([name, value]) => ({ name: `muc#roomconfig_${name}`, values: [value] })),
  });

beforeAll(async () => {
  world = new World(
    await startProsody({ accounts: Object.fromEntries(USERS.map((user) => [user, user])), without: ["offline"] }),
  );
  [alice, bob, carol] = (await Promise.all([device("alice"), device("bob"), device("carol")])) as [
    Device,
    Device,
    Device,
  ];
  plain = await world.client("plain", "plain");
});
afterAll(() => world?.end());

it("a private group is encrypted as soon as it has another member, and before that for ourselves if we want", async () => {
  await alice.core.handlers["room.create"]({ ...at(alice), nickname: "Alice", name: "Den", kind: "group" });
  await isIn(alice);
  await vi.waitFor(
    async () => expect((await shown(alice))?.encryption).toMatchObject({ obstacle: "alone", members: 0 }),
    WAIT,
  );
  expect(alice.chat(room)).toMatchObject({ kind: "room", encryption: "none", canEncrypt: false });
  await say(alice, "to myself");
  await delivered(alice, "to myself");
});

it("a member who is nobody's contact reads and is read", async () => {
  await affiliate(jid("bob"), "member");
  await join_(bob, "Bob");
  await Promise.all([settled(alice, 1, 0), settled(bob, 1, 0)]);
  for (const one of [alice, bob])
    await vi.waitFor(
      () => expect(one.chat(room)).toMatchObject({ kind: "room", encryption: "omemo", canEncrypt: true }),
      WAIT,
    );
  await say(alice, "hello Bob");
  await reads(bob, "hello Bob", "alice");
  await say(bob, "hello Alice");
  await reads(alice, "hello Alice", "bob");
  for (let n = 0; n < 5; n++) {
    await say(alice, `question ${n}`);
    await reads(bob, `question ${n}`, "alice");
    await say(bob, `answer ${n}`);
    await reads(alice, `answer ${n}`, "bob");
  }
  await delivered(alice, "question 4");
  expect((await bob.bodies(room)).filter((body) => body === "to myself")).toEqual([]);
});

it("a member without a device is named, the others get their keys, and the stanzas contain nothing of the text", async () => {
  await affiliate(jid("plain"), "member");
  await settled(alice, 2, 1);
  expect((await shown(alice))!.encryption).toMatchObject({ without: [jid("plain")] });
  await enter(plain, "Plain");
  await say(alice, "not for Plain");
  await reads(bob, "not for Plain", "alice");
  const stanza = await plain.waitFor((one) => isSaid("Alice")(one) && one.getChild("encrypted", OMEMO) !== undefined);
  expect(stanza.toString()).not.toContain("not for Plain");
  for (const name of ["encryption", "store", "origin-id"]) expect(stanza.getChild(name)).toBeDefined();
  expect(rids("Alice")).toEqual([await own(bob)]);
});

it("absent members have keys and read it from the room's archive, although its author has left by then", async () => {
  await affiliate(jid("carol"), "member");
  await Promise.all([settled(alice, 3, 1), settled(bob, 3, 1)]);
  await bob.quit();
  for (let n = 0; n < 10; n++) await say(alice, `while you were away ${n}`);
  await delivered(alice, "while you were away 9");
  expect(rids("Alice").sort()).toEqual(
    [
      await own(carol),
      (await alice.core.handlers["device.list"]({ account: alice.account.id, jid: jid("bob") })).devices[0]!.id,
    ].sort(),
  );
  await alice.quit();
  await bob.startAgain();
  await isIn(bob);
  await join_(carol, "Carol");
  for (const one of [bob, carol]) for (let n = 0; n < 10; n++) await reads(one, `while you were away ${n}`, "alice");
  await alice.startAgain();
  await isIn(alice);
  await say(carol, "here I am");
  await reads(alice, "here I am", "carol");
  await reads(bob, "here I am", "carol");
  // Messages from before she was a member were not for her.
  expect((await find(carol, "hello Bob")).length).toBe(0);
  const early = (await carol.all(room)).filter(
    ({ protection }) => protection.kind === "omemo" && protection.problem === "not-for-this-device",
  );
  expect(early.length).toBeGreaterThan(5);
});

it("our second device reads what we write on the first, and the others read what it writes", async () => {
  const second = await device("alice");
  await isIn(second);
  const [id, first] = [await own(second), await own(alice)];
  await vi.waitFor(
    async () =>
      expect(
        (await alice.core.handlers["device.list"]({ account: alice.account.id, jid: jid("alice") })).devices.map(
          (one) => one.id,
        ),
      ).toContain(id),
    WAIT,
  );
  await say(alice, "from my first");
  await vi.waitFor(
    async () =>
      expect(await find(second, "from my first")).toMatchObject([
        { direction: "out", protection: { kind: "omemo", device: first, problem: null } },
      ]),
    WAIT,
  );
  await settled(second, 3, 1);
  await say(second, "from my second");
  await vi.waitFor(
    async () =>
      expect(await find(alice, "from my second")).toMatchObject([
        { direction: "out", delivery: "delivered", protection: { device: id, problem: null } },
      ]),
    WAIT,
  );
  // They are not her contacts, so no server announces the new device to them, but its message begins a session.
  await reads(bob, "from my second", "alice");
  await vi.waitFor(
    async () =>
      expect(
        (await bob.core.handlers["device.list"]({ account: bob.account.id, jid: jid("alice") })).devices,
      ).toMatchObject([{ active: true }, { active: true }]),
    WAIT,
  );
  await say(bob, "to both of you, Alice");
  await reads(second, "to both of you, Alice", "bob");
  await reads(alice, "to both of you, Alice", "bob");
  await second.core.stop();
});

it("a removed member, present or absent, gets no keys from then on, and an outcast never does", async () => {
  const [bobs, carols] = [await own(bob), await own(carol)];
  await say(alice, "both of you");
  await delivered(alice, "both of you");
  expect(rids("Alice")).toEqual(expect.arrayContaining([bobs, carols]));
  await affiliate(jid("carol"), "outcast");
  await vi.waitFor(async () => expect(await shown(carol)).toMatchObject({ state: { problem: "banned" } }), WAIT);
  await Promise.all([settled(alice, 2, 1), settled(bob, 2, 1)]);
  await say(bob, "without Carol");
  await reads(alice, "without Carol", "bob");
  expect(rids("Bob")).not.toContain(carols);
  await bob.quit();
  await affiliate(jid("bob"), "none");
  await vi.waitFor(
    async () =>
      expect((await shown(alice))?.encryption).toMatchObject({ obstacle: "no-devices", members: 1, withoutCount: 1 }),
    WAIT,
  );
  await affiliate(jid("dave"), "member");
  await device("dave");
  await alice.quit();
  await alice.startAgain();
  await isIn(alice);
  await settled(alice, 2, 1);
  await say(alice, "without both");
  await delivered(alice, "without both");
  expect(rids("Alice")).not.toContain(bobs);
  expect(rids("Alice")).not.toContain(carols);
  await affiliate(jid("bob"), "member");
  await settled(alice, 3, 1);
  await bob.startAgain();
  await isIn(bob);
  await say(alice, "welcome back");
  await reads(bob, "welcome back", "alice");
  expect(await find(bob, "without both")).toEqual([]);
});

it("incoming plaintext is marked, and none is sent", async () => {
  await plain.send(groupchat(xml("body", {}, "what did you say?")));
  await vi.waitFor(
    async () =>
      expect(await find(alice, "what did you say?")).toMatchObject([
        { protection: { kind: "none", unexpected: true } },
      ]),
    WAIT,
  );
  await expect(
    alice.core.handlers["message.send"]({ ...at(alice), body: "oops", encryption: "none" }),
  ).rejects.toMatchObject({ code: "chat-is-encrypted" });
});

it("a member's ciphertext repeated by another member is not believed", async () => {
  await affiliate(jid("mallory"), "member");
  const mallory = await OmemoPeer.connect({
    jid: jid("mallory"),
    password: "mallory",
    resource: "x",
    server: world.server,
  });
  world.ends(mallory.peer);
  await mallory.publish();
  await enter(mallory.peer, "Mallory");
  await vi.waitFor(
    async () => expect((await shown(alice))?.encryption).toMatchObject({ members: 4, withoutCount: 1 }),
    WAIT,
  );
  await settled(bob, 4, 1);
  await say(bob, "my very own words");
  await reads(alice, "my very own words", "bob");
  await vi.waitFor(() => expect(mallory.heard).toContain("my very own words"), WAIT);
  const stolen = mallory.peer.stanzas.filter(isSaid("Bob")).at(-1)!.getChild("encrypted", OMEMO)!;
  const before = (await alice.all(room)).length;
  await mallory.peer.send(groupchat(stolen));
  // Also with her own key, but as Bob's device.
  const sealed = await mallory.seal(jid("alice"), "I am Bob");
  await mallory.peer.send(
    groupchat(
      encrypted({ ...sealed, sid: await own(bob) }),
      xml(
        "x",
        "http://jabber.org/protocol/muc#user",
        xml("item", { jid: jid("bob"), affiliation: "owner", role: "moderator" }),
      ),
    ),
  );
  await vi.waitFor(async () => expect((await alice.all(room)).length).toBe(before + 2), WAIT);
  const last = (await alice.all(room)).slice(-2);
  expect(last).toMatchObject([
    {
      body: "",
      writer: { nickname: "Mallory", jid: jid("mallory") },
      protection: { kind: "omemo", problem: expect.any(String) },
    },
    { writer: { nickname: "Mallory", jid: jid("mallory") } },
  ]);
  // The device is hers, and not one of Bob's.
  const bobs = (await alice.core.handlers["device.list"]({ account: alice.account.id, jid: jid("bob") })).devices;
  expect(bobs.filter((one) => one.changedFingerprint !== null)).toEqual([]);
  expect(await find(alice, "my very own words")).toHaveLength(1);
  await affiliate(jid("mallory"), "none");
});

it("a room that is opened, or hides addresses, is refused with the reason until the user turns encryption off", async () => {
  await configure({ membersonly: "0" });
  await vi.waitFor(async () => expect((await shown(alice))?.encryption).toMatchObject({ obstacle: "open" }), WAIT);
  await vi.waitFor(async () => expect((await shown(bob))?.encryption).toMatchObject({ obstacle: "open" }), WAIT);
  await vi.waitFor(() => expect(alice.chat(room)).toMatchObject({ encryption: "omemo", canEncrypt: false }), WAIT);
  const count = plain.stanzas.length;
  await say(alice, "not for everybody");
  await vi.waitFor(
    async () =>
      expect(await find(alice, "not for everybody")).toMatchObject([
        { delivery: "failed", failure: { condition: "omemo-room-open" } },
      ]),
    WAIT,
  );
  await configure({ membersonly: "1", whois: "moderators" });
  await vi.waitFor(async () => expect((await shown(bob))?.encryption).toMatchObject({ obstacle: "anonymous" }), WAIT);
  await say(bob, "who are you?");
  await vi.waitFor(
    async () =>
      expect(await find(bob, "who are you?")).toMatchObject([
        { delivery: "failed", failure: { condition: "omemo-room-anonymous" } },
      ]),
    WAIT,
  );
  expect(
    plain.stanzas.slice(count).filter((one) => one.is("message") && /everybody|who are/.test(one.toString())),
  ).toEqual([]);
  await bob.core.handlers["chat.setEncryption"]({ ...at(bob), encryption: "none" });
  await bob.core.handlers["message.send"]({ ...at(bob), body: "in the clear", encryption: "none" });
  await delivered(bob, "in the clear");
  await configure({ membersonly: "1", whois: "anyone" });
  await vi.waitFor(async () => expect((await shown(alice))?.encryption).toMatchObject({ obstacle: null }), WAIT);
  const failed = (await find(alice, "not for everybody"))[0]!;
  await alice.core.handlers["message.retry"]({ account: alice.account.id, id: failed.id });
  await reads(bob, "not for everybody", "alice");
});
