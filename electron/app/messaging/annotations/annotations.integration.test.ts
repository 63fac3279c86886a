/** Corrections, retractions and moderation over a real Prosody: ours, those of a stock client, and forged ones. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom, isInRoom, leaveRoom, roomIdOf } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
const bare = "bare@conference.localhost" as BareJid;
/** A Prosody module that removes occupant ids, so that only nicknames are left. */
const NO_IDS = `
module:hook("muc-disco#info", function (event)
  if event.room.jid:match("^bare@") then
    event.reply:get_child("query", "http://jabber.org/protocol/disco#info"):maptags(function (tag)
      if tag.attr.var == "urn:xmpp:occupant-id:0" then return nil; end
      return tag;
    end);
  end
end, -100);
`;

const text = (to: string, id: string, body: string, ...more: Element[]): Element =>
  xml("message", { to, type: to === room || to === bare ? "groupchat" : "chat", id }, xml("body", {}, body), ...more);
const replace = (id: string): Element => xml("replace", { xmlns: "urn:xmpp:message-correct:0", id });
const retract = (id: string, ...more: Element[]): Element =>
  xml("retract", { xmlns: "urn:xmpp:message-retract:1", id }, ...more);
const done = (to: string, id: string, ...what: Element[]): Element =>
  xml(
    "message",
    { to, type: to === room || to === bare ? "groupchat" : "chat", id },
    ...what,
    xml("store", { xmlns: "urn:xmpp:hints" }),
  );

let world: World;
let alice: Device;
let bob: Peer;
let carol: Peer;

/** What a chat shows: each text, or that it was removed. */
const show = ({ body, retracted, editedAt }: Message): string =>
  retracted === null ? `${body}${editedAt === null ? "" : " (edited)"}` : "(gone)";
const shows = (one: Device, jid: BareJid, expected: string[]) =>
  vi.waitFor(async () => expect((await one.all(jid)).map(show)).toEqual(expected), WAIT);
const act = (one: Device, message: Message) => ({ account: one.account.id, id: message.id });

beforeAll(async () => {
  world = new World(
    await startProsody({
      accounts: { alice: "secret", bob: "hidden", carol: "other" },
      without: ["offline"],
      modules: { no_occupant_ids: NO_IDS },
      roomModules: ["muc_moderation", "no_occupant_ids"],
    }),
  );
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

describe("corrections and retractions with a contact", () => {
  it("apply a contact's correction and retraction without a notification or an unread message", async () => {
    await bob.send(text(ALICE.jid, "b1", "teh tea"));
    await bob.send(text(ALICE.jid, "b2", "oops"));
    await shows(alice, BOB.jid, ["teh tea", "oops"]);
    await alice.core.handlers["chat.markRead"]({
      account: alice.account.id,
      jid: BOB.jid,
      upTo: (await alice.find(BOB.jid, "oops")).id,
    });
    const notices = alice.host.notices.length;
    await bob.send(text(ALICE.jid, "b3", "the tea", replace("b1")));
    await bob.send(done(ALICE.jid, "b4", retract("b2"), xml("body", {}, "took it back")));
    await shows(alice, BOB.jid, ["the tea (edited)", "(gone)"]);
    expect(alice.host.notices).toHaveLength(notices);
    expect(alice.chat(BOB.jid)).toMatchObject({ unread: 0 });
    const { versions } = await alice.core.handlers["message.versions"](
      act(alice, await alice.find(BOB.jid, "the tea")),
    );
    expect(versions.map(({ body }) => body)).toEqual(["teh tea", "the tea"]);
  });

  it("ignore a correction and a retraction of a contact's message by another contact", async () => {
    await carol.send(text(ALICE.jid, "c0", "hello from Carol"));
    await carol.send(text(ALICE.jid, "c1", "forged", replace("b1")));
    await carol.send(done(ALICE.jid, "c2", retract("b1")));
    await carol.send(text(ALICE.jid, "c3", "end of Carol"));
    await vi.waitFor(
      async () => expect(await alice.bodies("carol@localhost" as BareJid)).toContain("end of Carol"),
      WAIT,
    );
    await shows(alice, BOB.jid, ["the tea (edited)", "(gone)"]);
  });

  it("ignore a contact's correction of our message, and send ours in the correct form", async () => {
    const sent = await alice.send("helo");
    const first = await bob.waitForMessage((one) => one.getChildText("body") === "helo");
    const { id } = first.attrs as { id: string };
    await bob.send(text(ALICE.jid, "b5", "forged", replace(id)));
    await bob.send(done(ALICE.jid, "b6", retract(id)));
    await bob.send(text(ALICE.jid, "b7", "end of Bob"));
    await vi.waitFor(async () => expect(await alice.bodies()).toContain("end of Bob"), WAIT);
    expect(show((await alice.all()).find((one) => one.id === sent.id)!)).toBe("helo");
    await alice.core.handlers["message.correct"]({ ...act(alice, sent), body: "hello" });
    await alice.core.handlers["message.correct"]({ ...act(alice, sent), body: "hello, Bob" });
    const corrected = await bob.waitForMessage((one) => one.getChildText("body") === "hello, Bob");
    expect(corrected.getChild("replace", "urn:xmpp:message-correct:0")?.attrs["id"]).toBe(id);
    await vi.waitFor(
      async () =>
        expect(await alice.find(BOB.jid, "hello, Bob")).toMatchObject({
          pendingChange: null,
          editedAt: expect.any(Number),
        }),
      WAIT,
    );
    await alice.core.handlers["message.retract"](act(alice, sent));
    const taken = await bob.waitForMessage(
      (one) => one.getChild("retract", "urn:xmpp:message-retract:1") !== undefined,
    );
    expect(taken.getChild("retract", "urn:xmpp:message-retract:1")?.attrs["id"]).toBe(id);
    await vi.waitFor(
      async () =>
        expect((await alice.all()).find((one) => one.id === sent.id)).toMatchObject({
          body: "",
          retracted: { moderated: false },
          pendingChange: null,
        }),
      WAIT,
    );
    await expect(alice.core.handlers["message.correct"]({ ...act(alice, sent), body: "x" })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("apply those of our other device from carbons", async () => {
    const phone = await world.client("alice", "secret", "phone");
    await phone.send(text(BOB.jid, "p1", "form my phone"));
    await phone.send(text(BOB.jid, "p2", "from my phone", replace("p1")));
    await phone.send(text(BOB.jid, "p3", "not for you"));
    await phone.send(done(BOB.jid, "p4", retract("p3")));
    await vi.waitFor(
      async () => expect((await alice.all()).map(show).slice(-2)).toEqual(["from my phone (edited)", "(gone)"]),
      WAIT,
    );
  });

  it("apply missed ones from the archive, on this device and on a new one, by the same rules", async () => {
    await alice.quit();
    await bob.send(text(ALICE.jid, "b10", "missed teh bus"));
    for (let n = 0; n < 40; n++) await bob.send(text(ALICE.jid, `f${n}`, `filler ${n}`));
    await bob.send(text(ALICE.jid, "b11", "missed the bus", replace("b10")));
    await bob.send(text(ALICE.jid, "b12", "missed and gone"));
    await bob.send(done(ALICE.jid, "b13", retract("b12")));
    await carol.send(text(ALICE.jid, "c10", "forged", replace("b10")));
    await alice.startAgain();
    const expected = (messages: string[]) => {
      expect(messages).toContain("missed the bus (edited)");
      expect(messages).not.toContain("missed teh bus");
      expect(messages).not.toContain("missed and gone");
      expect(messages.at(-1)).toBe("(gone)");
      expect(messages.filter((one) => one === "the tea (edited)")).toHaveLength(1);
    };
    await vi.waitFor(async () => expected((await alice.all()).map(show)), WAIT);
    const second = await world.device();
    await vi.waitFor(async () => expected((await second.all()).map(show)), WAIT);
    await second.core.stop();
  });
});

describe("corrections and retractions in a room", () => {
  const has = (jid: BareJid, body: string) =>
    vi.waitFor(async () => expect((await alice.all(jid)).map(show)).toContain(body), WAIT);
  beforeAll(async () => {
    for (const jid of [room, bare]) {
      await alice.core.handlers["room.create"]({
        account: alice.account.id,
        jid,
        nickname: "Alice",
        name: "",
        kind: "channel",
      });
      await isInRoom(alice, jid);
      await enterRoom(bob, jid, "Bob");
      await enterRoom(carol, jid, "Carol");
    }
  });

  it("apply only those of the same occupant, not of one who took over the nickname", async () => {
    await bob.send(text(room, "r1", "teh room"));
    await has(room, "teh room");
    await carol.send(text(room, "r2", "forged by Carol", replace("r1")));
    await carol.send(done(room, "r3", retract(await roomIdOf(carol, "teh room"))));
    await bob.send(text(room, "r4", "the room", replace("r1")));
    await shows(alice, room, ["the room (edited)", "forged by Carol"]);
    await leaveRoom(bob, `${room}/Bob`);
    await leaveRoom(carol, `${room}/Carol`);
    await enterRoom(carol, room, "Bob");
    await carol.send(text(room, "r5", "forged as Bob", replace("r1")));
    await carol.send(done(room, "r6", retract(await roomIdOf(bob, "teh room"))));
    await has(room, "forged as Bob");
    await shows(alice, room, ["the room (edited)", "forged by Carol", "forged as Bob"]);
    await enterRoom(bob, room, "Robert");
    await bob.send(done(room, "r7", retract(await roomIdOf(bob, "teh room"))));
    await shows(alice, room, ["(gone)", "forged by Carol", "forged as Bob"]);
  });

  it("apply a moderator's removal with its reason, and ignore one forged by an occupant", async () => {
    await bob.send(text(room, "r8", "buy my potion"));
    await has(room, "buy my potion");
    const target = await roomIdOf(bob, "buy my potion");
    await carol.send(
      done(
        room,
        "r9",
        retract(target, xml("moderated", { xmlns: "urn:xmpp:message-moderate:1", by: `${room}/Alice` })),
        xml("body", {}, "fallback"),
      ),
    );
    await carol.send(
      done(
        room,
        "r10",
        xml(
          "apply-to",
          { xmlns: "urn:xmpp:fasten:0", id: target },
          xml(
            "moderated",
            { xmlns: "urn:xmpp:message-moderate:0", by: `${room}/Alice` },
            xml("retract", { xmlns: "urn:xmpp:message-retract:0" }),
          ),
        ),
        xml("body", {}, "fallback 2"),
      ),
    );
    await has(room, "fallback 2");
    await has(room, "buy my potion");
    expect((await alice.core.handlers["room.list"]({})).rooms.find((one) => one.jid === room)?.traits).toMatchObject({
      removesMessages: true,
    });
    await alice.core.handlers["message.moderate"]({
      ...act(alice, await alice.find(room, "buy my potion")),
      reason: "spam",
    });
    await vi.waitFor(
      async () =>
        expect((await alice.all(room)).find(({ retracted }) => retracted?.moderated === true)).toMatchObject({
          body: "",
          retracted: { by: "Alice", reason: "spam" },
        }),
      WAIT,
    );
    expect(await alice.bodies(room)).not.toContain("buy my potion");
  });

  it("use the room's archive id for our own", async () => {
    await alice.core.handlers["message.send"]({
      account: alice.account.id,
      jid: room,
      body: "my tea",
      encryption: "none",
    });
    await vi.waitFor(
      async () => expect(await alice.find(room, "my tea")).toMatchObject({ delivery: "delivered" }),
      WAIT,
    );
    const mine = await alice.find(room, "my tea");
    await alice.core.handlers["message.correct"]({ ...act(alice, mine), body: "our tea" });
    const corrected = await bob.waitForMessage((one) => one.getChildText("body") === "our tea");
    expect(corrected.getChild("replace", "urn:xmpp:message-correct:0")).toBeDefined();
    await alice.core.handlers["message.retract"](act(alice, mine));
    const taken = await bob.waitForMessage(
      (one) =>
        one.attrs["from"] === `${room}/Alice` && one.getChild("retract", "urn:xmpp:message-retract:1") !== undefined,
    );
    expect(taken.getChild("retract", "urn:xmpp:message-retract:1")?.attrs["id"]).toBe(await roomIdOf(bob, "my tea"));
    await vi.waitFor(
      async () =>
        expect((await alice.all(room)).find((one) => one.id === mine.id)).toMatchObject({
          body: "",
          pendingChange: null,
        }),
      WAIT,
    );
  });

  it("correct nothing that we wrote under another nickname, because others would see a second message", async () => {
    const { handlers } = alice.core;
    const at = { account: alice.account.id, jid: room };
    const called = async (nickname: string) => {
      await handlers["room.setNickname"]({ ...at, nickname });
      await vi.waitFor(
        async () =>
          expect((await handlers["room.list"]({})).rooms.find(({ jid }) => jid === room)).toMatchObject({ nickname }),
        WAIT,
      );
    };
    await handlers["message.send"]({ ...at, body: "as Alice", encryption: "none" });
    await vi.waitFor(
      async () => expect(await alice.find(room, "as Alice")).toMatchObject({ delivery: "delivered" }),
      WAIT,
    );
    const mine = await alice.find(room, "as Alice");
    await called("Alicia");
    await expect(handlers["message.correct"]({ ...act(alice, mine), body: "as Alicia" })).rejects.toMatchObject({
      code: "nickname-changed",
    });
    await called("Alice");
    await handlers["message.correct"]({ ...act(alice, mine), body: "as Alice again" });
    await bob.waitForMessage((one) => one.getChildText("body") === "as Alice again");
    await called("Alicia");
    await handlers["message.retract"](act(alice, mine));
    await bob.waitForMessage((one) => one.getChild("retract", "urn:xmpp:message-retract:1") !== undefined);
    await called("Alice");
  });

  it("are the same from the archive on a new device, with tombstones", async () => {
    const second = await world.device();
    await isInRoom(second, room);
    const ours = (await alice.all(room)).map(show);
    await shows(second, room, ours);
    expect((await second.all(room)).find(({ retracted }) => retracted?.moderated === true)).toMatchObject({
      retracted: { by: "Alice", reason: "spam" },
    });
    await second.core.stop();
  });

  it("trust a nickname without an occupant id during one uninterrupted presence only", async () => {
    await bob.send(text(bare, "n1", "teh nick"));
    await has(bare, "teh nick");
    await bob.send(text(bare, "n2", "the nick", replace("n1")));
    await has(bare, "the nick (edited)");
    await leaveRoom(bob, `${bare}/Bob`);
    await leaveRoom(carol, `${bare}/Carol`);
    await enterRoom(carol, bare, "Bob");
    await carol.send(text(bare, "n3", "forged", replace("n1")));
    await has(bare, "forged");
    await shows(alice, bare, ["the nick (edited)", "forged"]);
  });
});
