/** A room that is joined by a link while the account comes online, over a real Prosody. */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { EventName, EventPayload } from "../../../../shared/ipc/index.ts";
import { ALICE, WAIT, type Device } from "../../testing/device.ts";
import { World } from "../../testing/world.ts";

const rooms = [1, 2].map((n) => `tea${n}@conference.localhost` as BareJid);
let world: World;
let alice: Device;
let carol: Peer;

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", carol: "other" } }));
  carol = await world.client("carol", "other");
  for (const room of rooms) {
    await carol.send(xml("presence", { to: `${room}/Carol` }, xml("x", "http://jabber.org/protocol/muc")));
    await carol.request(
      xml(
        "iq",
        { type: "set", to: room, id: crypto.randomUUID() },
        xml("query", "http://jabber.org/protocol/muc#owner", xml("x", { xmlns: "jabber:x:data", type: "submit" })),
      ),
    );
  }
  alice = await world.device(ALICE);
});
afterAll(() => world?.end());

it.each(["at the moment when it is online", "while it connects"])("is joined when asked %s", async (when) => {
  for (const room of rooms) {
    await alice.quit();
    let asked: unknown = null;
    const { publish } = alice.host;
    const join = () =>
      (asked ??= alice.core.handlers["room.join"]({
        account: alice.account.id,
        jid: room,
        nickname: "Alice",
        password: null,
        autojoin: false,
      }));
    const awaited = when === "while it connects" ? "connecting" : "online";
    alice.host.publish = <N extends EventName>(name: N, payload: EventPayload<N>): void => {
      publish(name, payload);
      const accounts = name === "accounts.changed" ? (payload as EventPayload<"accounts.changed">).changed : [];
      if (accounts.some(({ connection }) => connection.state === awaited)) void join();
    };
    await alice.startAgain();
    await asked;
    alice.host.publish = publish;
    await vi.waitFor(async () => {
      const known = (await alice.core.handlers["room.list"]({})).rooms.find(({ jid }) => jid === room);
      expect(known?.state.state).toBe("joined");
    }, WAIT);
    const body = `${when} ${room}`;
    await carol.send(xml("message", { to: room, type: "groupchat", id: body }, xml("body", {}, body)));
    await vi.waitFor(async () => expect(await alice.bodies(room)).toContain(body), WAIT);
    await alice.core.handlers["room.leave"]({ account: alice.account.id, jid: room });
  }
});
