/** Forged times (XEP-0203 §4), sent for real by a stranger and by an occupant. Servers pass them on unchanged. */
import { createServer, connect, type Socket } from "node:net";
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import { makeRoom } from "../testing/room.ts";
import { ALICE, Device, WAIT } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "tea@conference.localhost" as BareJid;
const mallory = "mallory@localhost" as BareJid;
const bob = "bob@localhost" as BareJid;
/** Servers round stamps to the second. */
const SECOND = 1_000;

const delay = (from: string): Element => xml("delay", { xmlns: "urn:xmpp:delay", from, stamp: "2001-01-01T00:00:00Z" });
/** Delays in the name of everybody who may hold a message back. */
const forged = (): Element[] => ["localhost", ALICE.jid].map(delay);

/** A proxy between a device and its server, whose connection can be cut and restored. */
async function cable(port: number) {
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((near) => {
    if (broken) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (broken = false),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each<[string, () => Promise<Prosody | Ejabberd>]>([
  ["Prosody", startProsody],
  ["ejabberd", startEjabberd],
])("forged times over %s", (_, start) => {
  let world: World<Prosody | Ejabberd>;
  let link: Awaited<ReturnType<typeof cable>>;
  let alice: Device;
  let friend: Peer;
  let evil: Peer;

  const find = async (jid: Jid, body: string) => (await alice.all(jid)).find((one) => one.body === body);
  const comes = async (jid: Jid, body: string) => {
    await vi.waitFor(async () => expect(await find(jid, body)).toBeDefined(), WAIT);
    return (await find(jid, body))!;
  };
  const chat = (body: string, ...more: Element[]): Element =>
    xml("message", { to: ALICE.jid, type: "chat", id: body }, xml("body", {}, body), ...more);
  const groupchat = (body: string, ...more: Element[]): Element =>
    xml("message", { to: room, type: "groupchat", id: body }, xml("body", {}, body), ...more);
  const notices = () => alice.host.notices.map(({ body }) => body);
  const read = async (jid: Jid): Promise<void> => {
    const last = (await alice.all(jid)).at(-1)!;
    await alice.core.handlers["chat.markRead"]({ account: alice.account.id, jid, upTo: last.id });
    await vi.waitFor(() => expect(alice.chat(jid)).toMatchObject({ unread: 0 }), WAIT);
  };

  beforeAll(async () => {
    world = new World(await start());
    for (const [user, password] of [
      ["alice", ALICE.password],
      ["bob", "hidden"],
      ["mallory", "evil"],
    ] as const)
      await world.server.register(user, password);
    link = world.ends(await cable(world.server.port));
    alice = new Device(await world.folder(), {
      port: link.port,
      certificateFingerprint: world.server.certificateFingerprint,
    });
    world.ends({ stop: () => alice.core.stop() });
    await alice.signIn();
    await alice.caughtUp();
    [friend, evil] = await Promise.all([world.client("bob", "hidden"), world.client("mallory", "evil")]);
    await friend.send(chat("before"));
    await comes(bob, "before");
  });
  afterAll(() => world?.end());

  it("a live message has the present time, is unread, and is notified", async () => {
    const before = Date.now();
    await evil.send(chat("live", ...forged()));
    expect((await comes(mallory, "live")).sentAt).toBeGreaterThanOrEqual(before);
    expect(alice.chat(mallory)).toMatchObject({ unread: 1 });
    expect(alice.chat(mallory)!.activityAt).toBeGreaterThanOrEqual(before);
    expect(notices()).toContain("live");
  });

  it("a message that waited for a broken connection has the server's time, and none before the cut", async () => {
    const broke = Date.now();
    link.cut();
    await vi.waitFor(() => expect(alice.account.connection.state).not.toBe("online"), WAIT);
    await evil.send(chat("waited", ...forged()));
    await friend.send(chat("honest"));
    await new Promise((resolve) => setTimeout(resolve, 2 * SECOND));
    const mended = Date.now();
    link.mend();
    await alice.core.handlers["account.connectNow"]({ account: alice.account.id });
    await alice.online();
    const { sentAt } = await comes(mallory, "waited");
    expect(sentAt).toBeGreaterThanOrEqual(broke - 60 * SECOND);
    expect(sentAt).toBeLessThanOrEqual(Date.now());
    expect(alice.chat(mallory)).toMatchObject({ unread: 2 });
    const honest = (await comes(bob, "honest")).sentAt;
    expect(honest).toBeGreaterThanOrEqual(broke - SECOND);
    expect(honest).toBeLessThan(mended - SECOND / 2);
  });

  it("after that, stamps of senders are ignored again", async () => {
    const before = Date.now();
    // All waiting messages have arrived: later ones are live.
    await friend.send(chat("level"));
    await comes(bob, "level");
    await vi.waitFor(async () => {
      const body = crypto.randomUUID();
      await evil.send(chat(body, ...forged()));
      expect((await comes(mallory, body)).sentAt).toBeGreaterThanOrEqual(before);
    }, WAIT);
  });

  it("a message that arrived while the program was closed has the server's time", async () => {
    const closed = Date.now();
    await alice.quit();
    await evil.send(chat("offline", ...forged()));
    await friend.send(chat("honest too"));
    await alice.startAgain();
    await alice.caughtUp();
    for (const [jid, body] of [
      [mallory, "offline"],
      [bob, "honest too"],
    ] as const) {
      expect((await comes(jid, body)).sentAt).toBeGreaterThanOrEqual(closed - 60 * SECOND);
    }
  });

  describe("forged times in a room", () => {
    beforeAll(async () => {
      await makeRoom(alice, room, { nickname: "Alice", name: "Tea", kind: "channel" });
      await vi.waitFor(
        async () =>
          expect((await alice.core.handlers["room.list"]({})).rooms).toMatchObject([{ state: { state: "joined" } }]),
        WAIT,
      );
      await alice.core.handlers["room.setNotify"]({ account: alice.account.id, jid: room, notify: "all" });
      for (const [peer, nickname] of [
        [evil, "Mallory"],
        [friend, "Bob"],
      ] as const) {
        await peer.send(xml("presence", { to: `${room}/${nickname}` }, xml("x", MUC)));
        await peer.waitFor((one) => one.is("presence") && one.attrs["from"] === `${room}/${nickname}`);
      }
      await friend.send(groupchat("welcome"));
      await comes(room, "welcome");
    });

    it("an occupant's live message has the present time, is unread, and is notified, whatever stamp it contains", async () => {
      await read(room);
      const before = Date.now();
      for (const [at, from] of [room, room.toUpperCase(), "conference.localhost", "localhost", ALICE.jid].entries()) {
        await evil.send(groupchat(`forged ${at}`, delay(from)));
        expect((await comes(room, `forged ${at}`)).sentAt).toBeGreaterThanOrEqual(before);
        expect(alice.chat(room)).toMatchObject({ unread: at + 1 });
        expect(notices()).toContain(`forged ${at}`);
      }
    });
  });
});
