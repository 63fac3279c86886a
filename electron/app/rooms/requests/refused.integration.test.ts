/** Requests that a real Prosody refuses by an error stanza: the user is told which, and why. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Refusal } from "../../../../shared/model/refusal.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { isInRoom, makeRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const stage = "stage@conference.localhost" as BareJid;
const eve = "eve@dead.localhost" as BareJid;
/** A service that never connects stands for a server that does not answer. */
const DEAD = `component_ports = {}\nComponent "dead.localhost"\n  component_secret = "x"\n`;
/** A Prosody module that refuses each request for voice. */
const MUTE = `
local st = require "util.stanza";
module:hook("muc-voice-request", function (event)
  event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
  return true;
end, 10);
`;

let world: World;
let alice: Device;
let bob: Device;
const at = (one: Device, jid = stage) => ({ account: one.account.id, jid });
async function isTold(one: Device, refusal: Partial<Refusal>): Promise<void> {
  const told = [{ account: one.account.id, jid: stage, name: null, ...refusal }];
  await vi.waitFor(() => expect(one.host.refusals).toMatchObject(told), WAIT);
  one.host.refusals.length = 0;
}

beforeAll(async () => {
  world = new World(
    await startProsody({
      accounts: { alice: "secret", bob: "hidden" },
      extraConfig: DEAD,
      modules: { mute: MUTE },
      roomModules: ["mute"],
    }),
  );
  [alice, bob] = await Promise.all([world.device(ALICE), world.device(BOB)]);
  await makeRoom(alice, stage, { nickname: "Alice", name: "", kind: "channel" });
  await bob.core.handlers["room.join"]({ ...at(bob), nickname: "Bob", password: null, autojoin: false });
  await isInRoom(bob, stage);
});
afterAll(() => world?.end());

it("a nickname that another occupant has", async () => {
  await bob.core.handlers["room.setNickname"]({ ...at(bob), nickname: "Alice" });
  await isTold(bob, { what: "nickname", name: "Alice", condition: "conflict" });
  await isInRoom(bob, stage);
});

it("a subject that we may not change", async () => {
  await bob.core.handlers["room.setSubject"]({ ...at(bob), subject: "mine" });
  await isTold(bob, { what: "subject", condition: "forbidden" });
});

it("a request for voice, which can be made again", async () => {
  await bob.core.handlers["room.askForVoice"](at(bob));
  await isTold(bob, { what: "voice", condition: "forbidden" });
  const { rooms } = await bob.core.handlers["room.list"]({});
  expect(rooms.find(({ jid }) => jid === stage)).toMatchObject({ asked: null });
});

it("an invitation that the person declines", async () => {
  await bob.core.handlers["room.leave"](at(bob));
  await alice.core.handlers["room.invite"]({ ...at(alice), person: BOB.jid, reason: "" });
  const { handlers } = bob.core;
  await vi.waitFor(
    async () => expect((await handlers["invitation.list"]({})).invitations).toMatchObject([{ room: stage }]),
    WAIT,
  );
  await handlers["invitation.dismiss"]({ account: bob.account.id, room: stage, tell: true });
  await isTold(alice, { what: "invitation", name: BOB.jid, condition: "declined" });
});

it("an invitation and a request for presence to a server that does not answer", async () => {
  const condition = "remote-server-timeout";
  await alice.core.handlers["room.invite"]({ ...at(alice), person: eve, reason: "" });
  await isTold(alice, { what: "invitation", name: eve, condition });
  await alice.core.handlers["roster.add"]({ ...at(alice, eve), name: "Eve", groups: [] });
  await isTold(alice, { jid: eve, what: "subscription", condition });
});
