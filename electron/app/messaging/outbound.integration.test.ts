/** Every kind of outgoing message passes the same fault points, at each of which the core can be killed. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Checkpoint } from "../host.ts";
import { makeRoom } from "../testing/room.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
const OUT: readonly Checkpoint[] = ["queued", "recorded", "written", "acknowledged"];

let world: World;
let alice: Device;
let bob: Peer;

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden" }, without: ["offline"] }));
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  await makeRoom(alice, room, { nickname: "Alice", name: "", kind: "channel" });
  await bob.send(xml("presence", { to: `${room}/Bob` }, xml("x", { xmlns: "http://jabber.org/protocol/muc" })));
  await vi.waitFor(async () => {
    const { occupants } = await alice.core.handlers["room.occupants"]({
      account: alice.account.id,
      jid: room,
      after: null,
      limit: 9,
    });
    expect(occupants.map(({ nickname }) => nickname).toSorted()).toEqual(["Alice", "Bob"]);
  }, WAIT);
});
afterAll(() => world?.end());

/** Runs an action and waits until the server has acknowledged the message. @returns the checkpoints it passed */
async function passes(what: () => unknown): Promise<Checkpoint[]> {
  alice.host.checkpoints.length = 0;
  const passed = () => alice.host.checkpoints.filter((at) => OUT.includes(at));
  await what();
  await vi.waitFor(() => expect(passed()).toContain("acknowledged"), WAIT);
  return passed();
}

const kinds: [kind: string, jid: Jid][] = [
  ["contact", BOB.jid],
  ["room", room],
  ["private", `${room}/Bob` as Jid],
];
describe.each(kinds)("sending to a chat of kind %s", (kind, jid) => {
  const text = `hello, ${kind}`;
  const find = async (body: string): Promise<Message> =>
    vi.waitFor(async () => {
      const found = (await alice.all(jid)).find((one) => one.body === body);
      expect(found?.reactable).toBe(true);
      return found!;
    }, WAIT);
  const of = async (body: string) => ({ account: alice.account.id, id: (await find(body)).id });

  it("a text passes each checkpoint once", async () => {
    const message = { account: alice.account.id, jid, body: text, encryption: "none" as const };
    expect(await passes(() => alice.core.handlers["message.send"](message))).toEqual(OUT);
    await bob.waitForMessage((stanza) => stanza.getChildText("body") === text);
  });

  // The present occupant with the nickname may be somebody else.
  if (kind === "private") return;
  it("a correction, a reaction and a retraction pass each checkpoint once", async () => {
    const { core } = alice;
    const message = await of(text);
    expect(await passes(() => core.handlers["message.correct"]({ ...message, body: `${text}!` }))).toEqual(OUT);
    await bob.waitForMessage((stanza) => stanza.getChild("replace", "urn:xmpp:message-correct:0") !== undefined);
    const reaction = { ...message, emoji: "👍", chosen: true };
    expect(await passes(() => core.handlers["message.react"](reaction))).toEqual(OUT);
    await bob.waitForMessage((stanza) => stanza.getChild("reactions", "urn:xmpp:reactions:0") !== undefined);
    expect(await passes(() => core.handlers["message.retract"](message))).toEqual(OUT);
    await bob.waitForMessage((stanza) => stanza.getChild("retract", "urn:xmpp:message-retract:1") !== undefined);
  });
});
