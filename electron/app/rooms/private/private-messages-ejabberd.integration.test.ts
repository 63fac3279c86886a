/**
 * Private messages in rooms of ejabberd: it archives each once for every device of ours in the room, and has no
 * occupant ids.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../../e2e/peers/servers/ejabberd.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { anyJid, type BareJid, type Jid } from "../../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "masks@conference.localhost" as BareJid;
const carolThere = anyJid(`${room}/Carol`);
const bobThere = anyJid(`${room}/Bob`);
/** A part of our archive that comes from a room of its own. */

let world: World<Ejabberd>;
let alice: Device;
let second: Device;
let bob: Device;
let carol: Peer;
/** The texts of the chat with Carol, in order. */
const said: string[] = [];

const at = (one: Device, jid: Jid = room) => ({ account: one.account.id, jid });
const isThere = (one: Device, nickname: string) =>
  vi.waitFor(async () => {
    const { occupants } = await one.core.handlers["room.occupants"]({ ...at(one), jid: room, after: null, limit: 100 });
    expect(occupants.map((known) => known.nickname)).toContain(nickname);
  }, WAIT);
const write = (one: Device, to: Jid, body: string) =>
  one.core.handlers["message.send"]({ ...at(one, to), body, encryption: "none" });
const privately = (body: string, ...more: Element[]): Element =>
  xml("message", { to: `${room}/Alice`, type: "chat", id: crypto.randomUUID() }, xml("body", {}, body), ...more);
/** Expects all texts once, in order, and in no other chat. */
async function hasAll(one: Device, texts = said): Promise<void> {
  await vi.waitFor(async () => expect(await one.bodies(carolThere)).toEqual(texts), WAIT);
  expect(await one.bodies(room)).toEqual([]);
  expect(one.chat("carol@localhost" as BareJid)).toBeUndefined();
  expect(one.chat(BOB.jid)).toBeUndefined();
}
/** How often our server's archive contains a text. */
async function archived(body: string): Promise<number> {
  const look = await world.client("alice", ALICE.password, crypto.randomUUID());
  await look.request(xml("iq", { type: "set", id: crypto.randomUUID() }, xml("query", "urn:xmpp:mam:2")));
  await look.stop();
  return look.stanzas.filter(
    (one) => one.getChild("result", "urn:xmpp:mam:2") !== undefined && one.toString().includes(`<body>${body}</body>`),
  ).length;
}

beforeAll(async () => {
  world = new World(await startEjabberd());
  await world.server.register("alice", ALICE.password);
  await world.server.register("bob", BOB.password);
  await world.server.register("carol", "other");
  [alice, bob, carol] = await Promise.all([world.device(ALICE), world.device(BOB), world.client("carol", "other")]);
  await alice.core.handlers["room.create"]({
    ...at(alice),
    jid: room,
    nickname: "Alice",
    name: "Masks",
    kind: "channel",
  });
  await isThere(alice, "Alice");
  await bob.core.handlers["room.join"]({ ...at(bob), jid: room, nickname: "Bob", password: null, autojoin: true });
  await vi.waitFor(
    async () =>
      expect((await bob.core.handlers["room.list"]({})).rooms).toMatchObject([{ state: { state: "joined" } }]),
    WAIT,
  );
  await carol.send(xml("presence", { to: carolThere }, xml("x", MUC, xml("history", { maxstanzas: "0" }))));
  for (const nickname of ["Bob", "Carol"]) await isThere(alice, nickname);
  second = await world.device(ALICE);
  await isThere(second, "Carol");
});
afterAll(() => world?.end());

it("private messages go both ways in a chat of their own, on both our devices at once", async () => {
  await write(alice, carolThere, "psst, Carol");
  const got = await carol.waitForMessage((one) => one.getChildText("body") === "psst, Carol");
  expect(got.attrs).toMatchObject({ type: "chat", from: `${room}/Alice` });
  said.push("psst, Carol");
  // It also sends carbons of those that contain the muc#user element.
  for (const one of [alice, second]) await hasAll(one);
  await carol.send(privately("what is it?"));
  said.push("what is it?");
  for (const one of [alice, second]) await hasAll(one);
  for (const one of [alice, second]) {
    expect(await one.all(carolThere)).toMatchObject([
      { direction: "out", delivery: "sent" },
      { direction: "in", from: room, writer: { nickname: "Carol", occupantId: null, jid: "carol@localhost" } },
    ]);
    expect(one.chat(carolThere)).toMatchObject({ kind: "private", encryption: "none", canEncrypt: false, unread: 1 });
  }
  await write(second, carolThere, "from the other device");
  said.push("from the other device");
  for (const one of [alice, second]) await hasAll(one);
});

it("private messages work between two Jackdaws, one of which cannot see the other's address", async () => {
  await write(bob, anyJid(`${room}/Alice`), "it is Bob");
  for (const one of [alice, second])
    await vi.waitFor(async () => expect(await one.bodies(bobThere)).toEqual(["it is Bob"]), WAIT);
  await write(alice, bobThere, "hello, Bob");
  await vi.waitFor(
    async () =>
      expect(await bob.all(anyJid(`${room}/Alice`))).toMatchObject([
        { body: "it is Bob" },
        { body: "hello, Bob", writer: { nickname: "Alice", jid: null } },
      ]),
    WAIT,
  );
  expect(bob.chat(ALICE.jid)).toBeUndefined();
});

it("private messages archived twice are shown once, after a restart and on a device that was away", async () => {
  await second.quit();
  await carol.send(privately("only one of you is here"));
  said.push("only one of you is here");
  await hasAll(alice);
  await second.startAgain();
  await isThere(second, "Carol");
  await hasAll(second);
  await alice.quit();
  for (let n = 0; n < 30; n++) {
    await carol.send(
      n % 3 === 0
        ? privately(`missed ${n}`)
        : privately(`missed ${n}`, xml("origin-id", { xmlns: "urn:xmpp:sid:0", id: crypto.randomUUID() })),
    );
    said.push(`missed ${n}`);
  }
  await hasAll(second);
  await alice.startAgain();
  await isThere(alice, "Carol");
  await hasAll(alice);
  await carol.send(privately("to both"));
  said.push("to both");
  for (const one of [alice, second]) await hasAll(one);
  expect(await archived("to both")).toBe(2);
  await second.quit();
  await second.startAgain();
  await isThere(second, "Carol");
  await hasAll(second);
});

it("the same text sent twice is shown twice", async () => {
  for (let n = 0; n < 2; n++) await carol.send(privately("again"));
  said.push("again", "again");
  for (const one of [alice, second]) await hasAll(one);
});

it("private messages are shown once on a new device, whose archive has all of them", async () => {
  const third = await world.device(ALICE);
  await isThere(third, "Carol");
  await hasAll(third);
  expect((await third.all(carolThere)).filter(({ direction }) => direction === "out").map(({ body }) => body)).toEqual([
    "psst, Carol",
    "from the other device",
  ]);
  await vi.waitFor(async () => expect(await third.bodies(bobThere)).toEqual(["it is Bob", "hello, Bob"]), WAIT);
  await third.quit();
});
