/**
 * Private messages in rooms over a real Prosody: two devices of ours, a second Jackdaw, and a stock client that takes
 * over a nickname.
 */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import { anyJid, receivedJid, type BareJid, type Jid } from "../../../../shared/jid.ts";
import { FIRST_PAGE } from "../../messaging/archive/catch-up.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom, makeRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "masks@conference.localhost" as BareJid;
const carolThere = anyJid(`${room}/Carol`);

describe("private messages of a room over Prosody", () => {
  let world: World;
  let alice: Device;
  let bob: Device;
  let carol: Peer;
  let mallory: Peer;

  const leave = (one: Peer, nickname: string): Promise<void> =>
    one.send(xml("presence", { to: `${room}/${nickname}`, type: "unavailable" }));
  const isThere = (one: Device, nickname: string, yes = true) =>
    vi.waitFor(async () => {
      const { occupants } = await one.core.handlers["room.occupants"]({
        account: one.account.id,
        jid: room,
        after: null,
        limit: 100,
      });
      expect(occupants.some((known) => known.nickname === nickname)).toBe(yes);
    }, WAIT);
  const write = (one: Device, to: Jid, body: string) =>
    one.core.handlers["message.send"]({ account: one.account.id, jid: to, body, encryption: "none" });
  const told = (one: Device, to: Jid) => one.all(to);
  const privately = (to: string, body: string): Element =>
    xml("message", { to, type: "chat", id: crypto.randomUUID() }, xml("body", {}, body));

  beforeAll(async () => {
    world = new World(
      await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other", mallory: "evil" } }),
    );
    alice = await world.device(ALICE);
    bob = await world.device(BOB);
    carol = await world.client("carol", "other");
    mallory = await world.client("mallory", "evil");
    await makeRoom(alice, room, { nickname: "Alice", name: "Masks", kind: "channel" });
    await bob.core.handlers["room.join"]({
      account: bob.account.id,
      jid: room,
      nickname: "Bob",
      password: null,
      autojoin: true,
    });
    await isThere(bob, "Alice");
    await enterRoom(carol, room, "Carol");
    await isThere(alice, "Carol");
  });
  afterAll(() => world?.end());

  it("go both ways in a chat of their own, apart from the room and from real addresses", async () => {
    await write(alice, carolThere, "psst, Carol");
    const got = await carol.waitForMessage((one) => one.getChildText("body") === "psst, Carol");
    expect(got.attrs).toMatchObject({ type: "chat", from: `${room}/Alice` });
    expect(got.getChild("x", `${MUC}#user`)).toBeDefined();
    expect(got.getChild("request", "urn:xmpp:receipts")).toBeUndefined();
    await carol.send(privately(`${room}/Alice`, "what is it?"));
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).map(({ body, direction }) => [body, direction])).toEqual([
          ["psst, Carol", "out"],
          ["what is it?", "in"],
        ]),
      WAIT,
    );
    const [ours, theirs] = await told(alice, carolThere);
    // Alice owns the room and sees the real JID; it is stored, and not mistaken for the address of the chat.
    expect(theirs).toMatchObject({
      chat: carolThere,
      from: room,
      writer: { nickname: "Carol", jid: "carol@localhost" },
    });
    expect(ours).toMatchObject({ delivery: "sent", writer: { nickname: "Carol", jid: "carol@localhost" } });
    expect(alice.chat(carolThere)).toMatchObject({ kind: "private", encryption: "none", canEncrypt: false });
    expect(await alice.bodies(room)).toEqual([]);
    expect(alice.chat("carol@localhost" as BareJid)).toBeUndefined();
  });

  it("work between two Jackdaws in a room that hides addresses, and the notification names the room", async () => {
    await write(bob, anyJid(`${room}/Alice`), "it is Bob");
    const bobThere = anyJid(`${room}/Bob`);
    await vi.waitFor(
      async () => expect((await told(alice, bobThere)).map(({ body }) => body)).toEqual(["it is Bob"]),
      WAIT,
    );
    expect(alice.host.notices.at(-1)).toMatchObject({
      title: "Bob (Masks)",
      body: "it is Bob",
      chat: { jid: bobThere },
    });
    const { unread } = alice.chat(bobThere)!;
    expect(unread).toBe(1);
    expect(alice.chat(BOB.jid)).toBeUndefined();
  });

  it("written on one device reach the other through the archive, and a new one, once each", async () => {
    const second = await world.device(ALICE);
    const both = ["psst, Carol", "what is it?"];
    await vi.waitFor(async () => expect((await told(second, carolThere)).map(({ body }) => body)).toEqual(both), WAIT);
    expect((await told(second, carolThere)).map(({ direction }) => direction)).toEqual(["out", "in"]);
    await isThere(second, "Carol");
    await write(second, carolThere, "from the other device");
    await carol.waitForMessage((one) => one.getChildText("body") === "from the other device");
    // Prosody 0.12 makes no carbon of a message with the muc#user element (XEP-0280 §6.1 requires one), but archives
    // it.
    await alice.quit();
    await alice.startAgain();
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).map(({ body }) => body)).toEqual([...both, "from the other device"]),
      WAIT,
    );
    await isThere(alice, "Carol");
    await carol.send(privately(`${room}/Alice`, "to both of you"));
    for (const one of [alice, second]) {
      await vi.waitFor(
        async () =>
          expect((await told(one, carolThere)).map(({ body }) => body)).toEqual([
            ...both,
            "from the other device",
            "to both of you",
          ]),
        WAIT,
      );
    }
    expect(second.chat(room)?.last ?? null).toBeNull();
    await second.core.stop();
  });

  it("written on another device appear in the next session at the right place, although later ones are known", async () => {
    const second = await world.device(ALICE);
    await isThere(second, "Carol");
    await write(second, carolThere, "unseen here");
    await carol.waitForMessage((one) => one.getChildText("body") === "unseen here");
    await carol.send(privately(`${room}/Alice`, "seen by both"));
    await vi.waitFor(async () => expect((await told(alice, carolThere)).at(-1)!.body).toBe("seen by both"), WAIT);
    // More than the first page of catching up.
    const known = Array.from({ length: FIRST_PAGE + 1 }, (_, n) => `known ${n}`);
    for (const body of known) await mallory.send(privately(ALICE.jid, body));
    await vi.waitFor(async () => expect(await alice.bodies("mallory@localhost" as BareJid)).toEqual(known), WAIT);
    expect((await told(alice, carolThere)).map(({ body }) => body)).not.toContain("unseen here");
    await alice.quit();
    await alice.startAgain();
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).slice(-2).map(({ body, direction }) => [body, direction])).toEqual([
          ["unseen here", "out"],
          ["seen by both", "in"],
        ]),
      WAIT,
    );
    await isThere(alice, "Carol");
    await second.core.stop();
  });

  it("to an absent occupant fail with the reason, and can be sent again after they return", async () => {
    await leave(carol, "Carol");
    await isThere(alice, "Carol", false);
    const { id } = await write(alice, carolThere, "are you there?");
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).at(-1)).toMatchObject({
          delivery: "failed",
          failure: { condition: "occupant-gone" },
        }),
      WAIT,
    );
    await enterRoom(carol, room, "Carol");
    await isThere(alice, "Carol");
    await alice.core.handlers["message.retry"]({ account: alice.account.id, id });
    await carol.waitForMessage((one) => one.getChildText("body") === "are you there?");
    await vi.waitFor(async () => expect((await told(alice, carolThere)).at(-1)!.delivery).toBe("sent"), WAIT);
  });

  it("nickname reuse: the next occupant with a nickname receives nothing written for the previous one", async () => {
    await leave(carol, "Carol");
    await isThere(alice, "Carol", false);
    const { id } = await write(alice, carolThere, "for Carol only");
    await vi.waitFor(
      async () => expect((await told(alice, carolThere)).at(-1)).toMatchObject({ delivery: "failed" }),
      WAIT,
    );
    await enterRoom(mallory, room, "Carol");
    await isThere(alice, "Carol");
    await alice.core.handlers["message.retry"]({ account: alice.account.id, id });
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).at(-1)).toMatchObject({
          delivery: "failed",
          failure: { condition: "occupant-changed" },
        }),
      WAIT,
    );
    await mallory.send(privately(`${room}/Alice`, "it is me, Carol"));
    await vi.waitFor(
      async () =>
        expect((await told(alice, carolThere)).at(-1)).toMatchObject({
          body: "it is me, Carol",
          writer: { nickname: "Carol", jid: "mallory@localhost" },
        }),
      WAIT,
    );
    expect(mallory.stanzas.filter((one) => String(one).includes("for Carol only"))).toEqual([]);
  });

  it("keep the occupant id in a room that hides addresses", async () => {
    // Bob is no moderator: he knows others only by the occupant id that the room assigns.
    await mallory.send(privately(`${room}/Bob`, "hello, Bob"));
    await vi.waitFor(
      async () =>
        expect((await told(bob, carolThere)).at(-1)).toMatchObject({
          body: "hello, Bob",
          writer: { nickname: "Carol", jid: null },
        }),
      WAIT,
    );
    const [message] = await told(bob, carolThere);
    const ids = (
      await bob.core.handlers["room.occupants"]({ account: bob.account.id, jid: room, after: null, limit: 100 })
    ).occupants.find(({ nickname }) => nickname === "Carol");
    expect(message!.writer!.occupantId).toBe(ids!.occupantId);
  });

  it("work with an occupant whose nickname RFC 7622 refuses, as everything else in the room does", async () => {
    const nickname = "\u0645\u062D\u0640\u0645\u062F";
    const there = receivedJid(`${room}/${nickname}`)!;
    await enterRoom(mallory, room, nickname);
    await isThere(alice, nickname);
    await mallory.send(xml("message", { to: room, type: "groupchat", id: "tatweel" }, xml("body", {}, "salam")));
    await vi.waitFor(async () => expect(await alice.bodies(room)).toContain("salam"), WAIT);
    expect((await told(alice, room)).at(-1)).toMatchObject({ writer: { nickname, jid: "mallory@localhost" } });
    await write(alice, there, "and to you");
    const got = await mallory.waitForMessage((one) => one.getChildText("body") === "and to you");
    expect(got.attrs["to"]).toMatch(/^mallory@localhost/);
    await mallory.send(privately(`${room}/Alice`, "only you"));
    await vi.waitFor(
      async () => expect((await told(alice, there)).map(({ body }) => body)).toEqual(["and to you", "only you"]),
      WAIT,
    );
    await leave(mallory, nickname);
    await isThere(alice, nickname, false);
  });
});
