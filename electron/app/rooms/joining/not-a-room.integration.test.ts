/** A person's address that is taken for a room's, over a real Prosody. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid, Jid } from "../../../../shared/jid.ts";
import { ALICE, WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
let world: World;
let alice: Device;
let peer: Peer;

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" } }));
  await befriend(
    world.server,
    { jid: ALICE.jid, password: "secret", name: "Alice" },
    { jid: bob, password: "hidden", name: "Bob" },
  );
  alice = await world.device(ALICE);
  peer = await world.client("carol", "other");
});
afterAll(() => world?.end());

const join = (jid: BareJid) =>
  alice.core.handlers["room.join"]({
    account: alice.account.id,
    jid,
    nickname: "Alice",
    password: null,
    autojoin: true,
  });
const setEnabled = (enabled: boolean) =>
  alice.core.handlers["account.setEnabled"]({ account: alice.account.id, enabled });
const isRoom = async (jid: BareJid) =>
  (await alice.core.handlers["room.list"]({})).rooms.some((room) => room.jid === jid);
const carolSays = (body: string) =>
  peer.send(xml("message", { to: ALICE.jid, type: "chat", id: body }, xml("body", {}, body)));
const hasFromCarol = (...bodies: string[]) =>
  vi.waitFor(async () => expect(await alice.bodies(carol)).toEqual(bodies), WAIT);

it.each([bob, carol])("refuses to join the address of %s, who stays a person", async (jid) => {
  await expect(join(jid)).rejects.toMatchObject({ code: "not-a-room" });
  await expect(
    alice.core.handlers["room.create"]({ account: alice.account.id, jid, nickname: "A", name: "Tea", kind: "group" }),
  ).rejects.toMatchObject({ code: "not-a-room" });
  expect([await isRoom(jid), alice.chat(jid)?.kind ?? "contact"]).toEqual([false, "contact"]);
});

it("turns an address that was joined without a connection and is no room into a chat again", async () => {
  await setEnabled(false);
  await vi.waitFor(() => expect(alice.account.connection.state).toBe("off"), WAIT);
  // A contact is known to be a person; for a stranger only their server can tell.
  await expect(join(bob)).rejects.toMatchObject({ code: "not-a-room" });
  await join(carol);
  expect([await isRoom(carol), alice.chat(carol)?.kind]).toEqual([true, "room"]);
  await setEnabled(true);
  await alice.online();
  await vi.waitFor(async () => expect(await isRoom(carol)).toBe(false), WAIT);
  await vi.waitFor(() => expect(alice.chat(carol)?.kind).toBe("contact"), WAIT);
  await carolSays("one");
  await hasFromCarol("one");
});

it("turns a person who was joined and left as a room into a chat again, once they write", async () => {
  await setEnabled(false);
  await vi.waitFor(() => expect(alice.account.connection.state).toBe("off"), WAIT);
  await join(carol);
  await alice.core.handlers["room.leave"]({ account: alice.account.id, jid: carol });
  await setEnabled(true);
  await alice.online();
  expect(alice.chat(carol)?.kind).toBe("room");
  await carolSays("two");
  await vi.waitFor(() => expect(alice.chat(carol)?.kind).toBe("contact"), WAIT);
  await hasFromCarol("one", "two");
  await alice.core.handlers["message.send"]({
    account: alice.account.id,
    jid: carol as Jid,
    body: "three",
    encryption: "none",
  });
  await vi.waitFor(async () => expect((await alice.all(carol)).at(-1)).toMatchObject({ delivery: "sent" }), WAIT);
});
