/** Missed messages of a room, over a real Prosody: all are read on return, not only what the user looks at. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, WAIT, type Device } from "../testing/device.ts";
import { enterRoom, isInRoom } from "../testing/room.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
/** More than the first page of the archive. */
const MANY = 60;

let world: World;
let alice: Device;
let carol: Peer;

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", carol: "other" } }));
  alice = await world.device(ALICE);
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

it("a room that we have just created has an archive, and all messages that we missed in it are read", async () => {
  const key = { account: alice.account.id, jid: room };
  await alice.core.handlers["room.create"]({ ...key, nickname: "Alice", name: "Tea", kind: "channel" });
  await isInRoom(alice, room);
  await enterRoom(carol, room, "Carol");
  const say = (body: string) =>
    carol.send(xml("message", { to: room, type: "groupchat", id: crypto.randomUUID() }, xml("body", {}, body)));
  await say("hello");
  await vi.waitFor(() => expect(alice.chat(room)?.unread).toBe(1), WAIT);
  await alice.quit();
  for (let n = 0; n < MANY; n++) await say(`missed ${n}`);
  await carol.waitForMessage((one) => one.getChildText("body") === `missed ${MANY - 1}`);
  await alice.startAgain();
  await vi.waitFor(() => expect(alice.chat(room)?.unread).toBe(1 + MANY), WAIT);
});
