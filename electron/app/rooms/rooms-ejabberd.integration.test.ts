/** Rooms of ejabberd, which has no occupant ids, and other stamps and answers than Prosody. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
let world: World<Ejabberd>;
let alice: Device;
let bob: Device;
let carol: Peer;

const at = (one: Device, jid = room) => ({ account: one.account.id, jid });
const shown = async (one: Device, jid = room) =>
  (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid);
const joins = (one: Device, nickname: string, jid = room, password: string | null = null) =>
  one.core.handlers["room.join"]({ ...at(one, jid), nickname, password, autojoin: true });
const isIn = (one: Device, jid = room) =>
  vi.waitFor(async () => expect(await shown(one, jid)).toMatchObject({ state: { state: "joined" } }), WAIT);
const isOut = (one: Device, problem: string, jid = room) =>
  vi.waitFor(async () => expect(await shown(one, jid)).toMatchObject({ state: { state: "out", problem } }), WAIT);
/** Sends a message. The private group is encrypted as soon as all members can read it. */
const say = (one: Device, body: string, jid = room) =>
  one.core.handlers["message.send"]({ ...at(one, jid), body, encryption: jid === room ? "omemo" : "none" });
const isEncrypted = (one: Device) =>
  vi.waitFor(() => expect(one.chat(room)).toMatchObject({ encryption: "omemo", canEncrypt: true }), WAIT);
const texts = (one: Device, jid = room) => one.bodies(jid);
const entering = (jid: string, nickname: string): Element =>
  xml("presence", { to: `${jid}/${nickname}` }, xml("x", "http://jabber.org/protocol/muc"));

beforeAll(async () => {
  world = new World(await startEjabberd());
  await world.server.register("alice", ALICE.password);
  await world.server.register("bob", BOB.password);
  await world.server.register("carol", "other");
  [alice, bob] = [await world.device(ALICE), await world.device(BOB)];
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

it("a private group is created, and admits only invited people", async () => {
  await alice.core.handlers["room.create"]({ ...at(alice), nickname: "Alice", name: "Tea", kind: "group" });
  await isIn(alice);
  expect(await shown(alice)).toMatchObject({
    name: "Tea",
    self: { affiliation: "owner" },
    traits: { membersOnly: true, nonAnonymous: true, persistent: true, public: false, archived: true },
  });
  await joins(bob, "Bob");
  await isOut(bob, "members-only");
  await alice.core.handlers["room.invite"]({ ...at(alice), person: BOB.jid, reason: "tea time" });
  await vi.waitFor(
    async () =>
      expect((await bob.core.handlers["invitation.list"]({})).invitations).toMatchObject([
        { room, reason: "tea time" },
      ]),
    WAIT,
  );
  await joins(bob, "Bob");
  await isIn(bob);
});

it("messages arrive encrypted, once and in order, ours is recognized, and missed ones are read after a restart", async () => {
  for (const one of [alice, bob]) await isEncrypted(one);
  await say(alice, "hello, room");
  await vi.waitFor(async () => expect(await texts(bob)).toEqual(["hello, room"]), WAIT);
  await say(bob, "hi Alice!");
  for (const one of [alice, bob])
    await vi.waitFor(async () => expect(await texts(one)).toEqual(["hello, room", "hi Alice!"]), WAIT);
  const [ours, theirs] = await alice.all(room);
  expect(ours).toMatchObject({ direction: "out", writer: { nickname: "Alice" } });
  expect(theirs).toMatchObject({
    direction: "in",
    mentionsUs: true,
    writer: { nickname: "Bob", jid: BOB.jid, occupantId: null },
  });
  await vi.waitFor(async () => expect((await alice.all(room))[0]!.delivery).toBe("delivered"), WAIT);

  await bob.quit();
  const missed = Array.from({ length: 40 }, (_, n) => `missed ${n}`);
  for (const text of missed) await say(alice, text);
  await vi.waitFor(async () => expect((await alice.all(room)).at(-1)?.delivery).toBe("delivered"), WAIT);
  await bob.startAgain();
  await isIn(bob);
  await vi.waitFor(
    async () => expect((await bob.all(room)).map(({ protection }) => protection.kind)).toEqual(Array(42).fill("omemo")),
    WAIT,
  );
  await vi.waitFor(async () => expect(await texts(bob)).toEqual(["hello, room", "hi Alice!", ...missed]), WAIT);
});

it("nickname conflicts, passwords, full rooms and members-only rooms are distinguished", async () => {
  const channel = "open@conference.localhost" as BareJid;
  await alice.core.handlers["room.create"]({ ...at(alice, channel), nickname: "Alice", name: "Open", kind: "channel" });
  await joins(bob, "Alice", channel);
  await isOut(bob, "nickname-taken", channel);
  const set = (name: string, ...values: string[]) =>
    alice.core.handlers["room.configure"]({
      ...at(alice, channel),
      fields: [{ name: `muc#roomconfig_${name}`, values }],
    });
  await alice.core.handlers["room.configure"]({
    ...at(alice, channel),
    fields: [
      { name: "muc#roomconfig_passwordprotectedroom", values: ["1"] },
      { name: "muc#roomconfig_roomsecret", values: ["sesame"] },
    ],
  });
  await joins(bob, "Bob", channel);
  await isOut(bob, "password", channel);
  await joins(bob, "Bob", channel, "sesame");
  await isIn(bob, channel);
  await bob.core.handlers["room.leave"](at(bob, channel));
  await alice.core.handlers["room.configure"]({
    ...at(alice, channel),
    fields: [
      { name: "muc#roomconfig_passwordprotectedroom", values: ["0"] },
      { name: "muc#roomconfig_roomsecret", values: [""] },
    ],
  });
  await set("membersonly", "1");
  await joins(bob, "Bob", channel);
  await isOut(bob, "members-only", channel);
  await set("membersonly", "0");
  await joins(bob, "Bob", channel);
  await isIn(bob, channel);
});

it("roles, a kick with its reason, a ban and a destroyed room", async () => {
  const channel = "open@conference.localhost" as BareJid;
  await alice.core.handlers["room.setRole"]({
    ...at(alice, channel),
    nickname: "Bob",
    role: "none",
    reason: "too loud",
  });
  await isOut(bob, "kicked", channel);
  expect((await shown(bob, channel))!.state).toMatchObject({ text: "too loud" });
  await alice.core.handlers["room.setAffiliation"]({
    ...at(alice, channel),
    person: BOB.jid,
    affiliation: "outcast",
    reason: "",
  });
  await joins(bob, "Bob", channel);
  await isOut(bob, "banned", channel);
  await alice.core.handlers["room.setAffiliation"]({
    ...at(alice, channel),
    person: BOB.jid,
    affiliation: "none",
    reason: "",
  });
  await joins(bob, "Bob", channel);
  await isIn(bob, channel);
  await alice.core.handlers["room.destroy"]({ ...at(alice, channel), reason: "moved", alternate: room });
  await isOut(bob, "destroyed", channel);
  expect((await shown(bob, channel))!.state).toMatchObject({ text: "moved", alternate: room });
});

it("without occupant ids, a message under a reused nickname is not the previous occupant's", async () => {
  const channel = "names@conference.localhost" as BareJid;
  await alice.core.handlers["room.create"]({
    ...at(alice, channel),
    nickname: "Alice",
    name: "Names",
    kind: "channel",
  });
  await joins(bob, "Bob", channel);
  await isIn(bob, channel);
  await carol.send(entering(channel, "Carol"));
  await say(bob, "from Bob", channel);
  await vi.waitFor(async () => expect(await texts(alice, channel)).toEqual(["from Bob"]), WAIT);
  await bob.core.handlers["room.leave"](at(bob, channel));
  await vi.waitFor(
    async () =>
      expect(
        (await alice.core.handlers["room.occupants"]({ ...at(alice, channel), after: null, limit: 10 })).occupants.map(
          (one) => one.nickname,
        ),
      ).toEqual(["Alice", "Carol"]),
    WAIT,
  );
  await carol.send(xml("presence", { to: `${channel}/Bob` }));
  await carol.send(xml("message", { to: channel, type: "groupchat", id: "c1" }, xml("body", {}, "from somebody else")));
  // She is a moderator and sees real addresses.
  await vi.waitFor(
    async () =>
      expect((await alice.all(channel)).map(({ writer }) => writer)).toMatchObject([
        { nickname: "Bob", jid: BOB.jid },
        { nickname: "Bob", jid: "carol@localhost" },
      ]),
    WAIT,
  );
});

it("a second device joins all rooms by their bookmarks, and receives changes", async () => {
  const second = await world.device(ALICE);
  for (const jid of [room, "names@conference.localhost" as BareJid]) await isIn(second, jid);
  await alice.core.handlers["room.leave"](at(alice, "names@conference.localhost" as BareJid));
  await vi.waitFor(
    async () =>
      expect(await shown(second, "names@conference.localhost" as BareJid)).toMatchObject({
        autojoin: false,
        state: { state: "left" },
      }),
    WAIT,
  );
  expect(await shown(second)).toMatchObject({ state: { state: "joined" } });
});
