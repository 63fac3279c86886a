/** IQs of strangers and occupants, and answers that match no request, sent for real through a Prosody. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
const QUESTIONS: Readonly<Record<string, () => Element>> = {
  ping: () => xml("ping", { xmlns: "urn:xmpp:ping" }),
  info: () => xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }),
  version: () => xml("query", { xmlns: "jabber:iq:version" }),
  time: () => xml("time", { xmlns: "urn:xmpp:time" }),
};

let world: World;
let alice: Device;
let friend: Peer;
let stranger: Peer;

const full = (): string => {
  const { connection } = alice.account;
  return `${ALICE.jid}/${connection.state === "online" ? connection.resource : ""}`;
};
/** The namespaces among these that are answered. */
async function answered(peer: Peer, to: string): Promise<string[]> {
  const answers = await Promise.all(
    Object.entries(QUESTIONS).map(async ([name, question]) => {
      const condition = await peer.request(xml("iq", { type: "get", to }, question())).then(
        () => null,
        (error: { condition: string }) => error.condition,
      );
      if (condition !== null) expect(condition).toBe("service-unavailable");
      return condition === null ? [name] : [];
    }),
  );
  return answers.flat();
}

beforeAll(async () => {
  const prosody = await startProsody({ accounts: { alice: "secret", bob: "hidden", mallory: "evil" } });
  world = new World(prosody);
  await befriend(prosody, ALICE, BOB);
  alice = await world.device();
  [friend, stranger] = await Promise.all([world.client("bob", "hidden"), world.client("mallory", "evil")]);
  const at = { account: alice.account.id, jid: room };
  await alice.core.handlers["room.create"]({ ...at, nickname: "Alice", name: "Tea", kind: "channel" });
  await stranger.send(xml("presence", { to: `${room}/Mallory` }, xml("x", "http://jabber.org/protocol/muc")));
  await vi.waitFor(
    async () =>
      expect((await alice.core.handlers["room.occupants"]({ ...at, after: null, limit: 10 })).occupants).toHaveLength(
        2,
      ),
    WAIT,
  );
});
afterAll(() => world?.end());

it("answers a contact, not a stranger, and tells an occupant only presence and features", async () => {
  expect(await answered(friend, full())).toEqual(["ping", "info", "version", "time"]);
  expect(await answered(stranger, full())).toEqual([]);
  expect(await answered(stranger, `${room}/Alice`)).toEqual(["ping", "info"]);
});

it.each([
  ["of a stranger", () => full(), "&".repeat(50_000), []],
  ["of an occupant", () => `${room}/Alice`, "i".repeat(230_000), ["ping", "info"]],
])(
  "survives a huge id of an IQ %s: the next message of a friend arrives in the same session",
  async (_, to, id, answers) => {
    const session = JSON.stringify(alice.account.connection);
    for (const question of Object.values(QUESTIONS))
      await stranger.send(xml("iq", { type: "get", to: to(), id }, question()));
    expect(await answered(stranger, to())).toEqual(answers);
    const mark = crypto.randomUUID();
    await friend.chat(ALICE.jid, mark);
    await vi.waitFor(async () => expect(await alice.bodies(BOB.jid)).toContain(mark), WAIT);
    expect(JSON.stringify(alice.account.connection)).toBe(session);
  },
);
