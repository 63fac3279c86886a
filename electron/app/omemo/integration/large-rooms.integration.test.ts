/**
 * Private groups with hundreds of members over a real Prosody: all get keys, each is asked once, and a message that is
 * too large fails without ending the session.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { withCrowd } from "../../../../e2e/peers/servers/crowd.ts";
import { ROOMS_WITH_MEMBERS, startMembers, type Members } from "../../../../e2e/peers/members.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
/** Number of members besides Alice and Bob. A key takes about 300 bytes when a session begins. */
const [SOME, MANY, ALL] = [300, 460, 1_000];
const LIMIT = 131_072;
const ANNOUNCED = `
module:hook("stream-features", function (event)
  event.features:tag("limits", { xmlns = "urn:xmpp:stream-limits:0" }):text_tag("max-bytes", "${LIMIT}"):up();
end);
`;

let world: World;
let alice: Device;
let bob: Device;
let members: Members;

const named = (name: string): BareJid => `${name}@conference.localhost` as BareJid;
const at = (one: Device, jid: BareJid) => ({ account: one.account.id, jid });
const shown = async (one: Device, jid: BareJid) =>
  (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid)!;
const find = async (one: Device, jid: BareJid, body: string) =>
  (await one.all(jid)).filter((message) => message.body === body);
const say = (one: Device, jid: BareJid, body: string) =>
  one.core.handlers["message.send"]({ ...at(one, jid), body, encryption: "omemo" });
const says = (one: Device, jid: BareJid, told: object) =>
  settles(async () => expect((await shown(one, jid)).encryption).toMatchObject(told));
const enter = (one: Device, jid: BareJid, nickname: string) =>
  one.core.handlers["room.join"]({ ...at(one, jid), nickname, password: null, autojoin: false });
/** A group of Alice's with Bob and this many members, which she has not joined. */
async function group(name: string, count: number): Promise<BareJid> {
  const jid = named(`${name}-${count}`);
  await alice.core.handlers["room.create"]({ ...at(alice, jid), nickname: "Alice", name, kind: "group" });
  await vi.waitFor(async () => expect(await shown(alice, jid)).toMatchObject({ state: { state: "joined" } }), WAIT);
  await alice.core.handlers["room.setAffiliation"]({
    ...at(alice, jid),
    person: BOB.jid,
    affiliation: "member",
    reason: "",
  });
  await alice.core.handlers["room.leave"](at(alice, jid));
  return jid;
}
/** Requests to members, as `who what`. */
const asked = (): string[] =>
  members.crowd.asked.flatMap((iq) =>
    iq.getChild("pubsub") === undefined
      ? []
      : [`${iq.attrs["from"]} ${iq.attrs["to"]} ${iq.getChild("pubsub")!.getChild("items")!.attrs["node"]}`],
  );
/** Waits until it holds, as long as requests to members go on. */
async function settles(check: () => Promise<unknown>): Promise<void> {
  for (let before = asked().length; ; before = asked().length) {
    try {
      return void (await vi.waitFor(check, WAIT));
    } catch (error) {
      if (asked().length === before) throw error;
    }
  }
}
const rids = (stanza: Element): number[] =>
  stanza
    .getChild("encrypted", OMEMO)!
    .getChild("header")!
    .getChildren("key")
    .map((key) => Number(key.attrs["rid"]));

/** The room's archive. */
async function archive(peer: Peer, jid: BareJid): Promise<Element[]> {
  const before = peer.stanzas.length;
  await peer.request(xml("iq", { type: "set", to: jid, id: crypto.randomUUID() }, xml("query", "urn:xmpp:mam:2")));
  return peer.stanzas.slice(before).flatMap((one) => {
    const inner = one
      .getChild("result", "urn:xmpp:mam:2")
      ?.getChild("forwarded", "urn:xmpp:forward:0")
      ?.getChild("message");
    return inner?.getChild("encrypted", OMEMO) === undefined ? [] : [inner];
  });
}

beforeAll(async () => {
  const { options, port } = await withCrowd({
    accounts: { alice: ALICE.password, bob: BOB.password },
    log: "info",
    extraConfig: `c2s_stanza_size_limit = ${LIMIT}`,
    modules: { announced: ANNOUNCED, with_members: ROOMS_WITH_MEMBERS },
    roomModules: ["with_members"],
    without: ["with_members"],
  });
  world = new World(await startProsody(options));
  members = await startMembers(port, MANY);
  world.ends(members.crowd);
  [alice, bob] = await Promise.all([world.device(ALICE), world.device(BOB)]);
});
afterAll(() => world?.end());

it("300 members: each is asked once for their list and keys, and the first message has keys for all of them", async () => {
  const town = await group("town", SOME);
  await enter(bob, town, "Bob");
  await says(bob, town, { obstacle: null, members: SOME + 1 });
  await vi.waitFor(() => expect(bob.chat(town)).toMatchObject({ encryption: "omemo", canEncrypt: true }), WAIT);
  // She does not wait until all of them have answered.
  await enter(alice, town, "Alice");
  await say(bob, town, "hello, town");
  await settles(async () =>
    expect(await find(alice, town, "hello, town")).toMatchObject([
      { direction: "in", writer: { jid: BOB.jid }, protection: { kind: "omemo", problem: null } },
    ]),
  );
  const mine = asked().filter((one) => one.startsWith(BOB.jid));
  expect(mine).toHaveLength(2 * SOME);
  expect(new Set(mine).size).toBe(mine.length);
  await settles(async () => expect(await shown(bob, town)).toMatchObject({ encryption: { withoutCount: 0 } }));
  await say(bob, town, "and once more");
  await settles(async () => expect(await find(alice, town, "and once more")).toHaveLength(1));
  expect(asked().filter((one) => one.startsWith(BOB.jid))).toHaveLength(2 * SOME);
  const look = await world.client("alice", ALICE.password, "look");
  const stanzas = await archive(look, town);
  for (const stanza of stanzas) expect(rids(stanza)).toEqual(expect.arrayContaining(members.devices.slice(0, SOME)));
  expect(stanzas).toHaveLength(2);
});

it("keys for more devices than fit into a stanza: the message fails, nothing is sent, and the session continues", async () => {
  const city = await group("city", MANY);
  await enter(bob, city, "Bob");
  await says(bob, city, { obstacle: null, members: MANY + 1 });
  const { connection } = bob.account;
  await say(bob, city, "too much");
  await settles(async () =>
    expect(await find(bob, city, "too much")).toMatchObject([
      { delivery: "failed", failure: { condition: "omemo-too-many-keys" } },
    ]),
  );
  expect(bob.account.connection).toEqual(connection);
  await say(bob, named(`town-${SOME}`), "still here");
  await settles(async () => expect(await find(alice, named(`town-${SOME}`), "still here")).toHaveLength(1));
});

it("more members than a message can have keys for: the room says so, and nobody is asked for anything", async () => {
  const metropolis = await group("metropolis", ALL);
  const byBob = (): number => asked().filter((one) => one.startsWith(BOB.jid)).length;
  // What he asks because of the rooms before comes to its end first.
  let before = -1;
  await vi.waitFor(
    () => {
      const last = before;
      before = byBob();
      expect(before).toBe(last);
    },
    { ...WAIT, interval: 500 },
  );
  await enter(bob, metropolis, "Bob");
  await says(bob, metropolis, { obstacle: "crowded", members: ALL + 1 });
  expect(bob.chat(metropolis)!.canEncrypt).toBe(false);
  await say(bob, metropolis, "for everybody");
  await vi.waitFor(
    async () =>
      expect(await find(bob, metropolis, "for everybody")).toMatchObject([
        { delivery: "failed", failure: { condition: "omemo-room-crowded" } },
      ]),
    WAIT,
  );
  expect(byBob()).toBe(before);
});

it("a plaintext message larger than the server accepts fails by itself", async () => {
  const { connection } = bob.account;
  await bob.core.handlers["message.send"]({ ...at(bob, ALICE.jid), body: "&".repeat(30_000), encryption: "none" });
  await vi.waitFor(
    async () =>
      expect((await bob.all(ALICE.jid)).at(-1)).toMatchObject({
        delivery: "failed",
        failure: { condition: "too-large" },
      }),
    WAIT,
  );
  expect(bob.account.connection).toEqual(connection);
});
