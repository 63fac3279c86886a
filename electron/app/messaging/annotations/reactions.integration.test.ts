/** Reactions over a real Prosody: ours, those of a stock client and of our other device, and forged ones. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../../e2e/peers/peer.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import { ALICE, BOB, WAIT, type Device } from "../../testing/device.ts";
import { enterRoom, isInRoom, leaveRoom, roomIdOf, makeRoom } from "../../testing/room.ts";
import { World } from "../../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;
const NS = "urn:xmpp:reactions:0";

const typeOf = (to: string) => (to === room ? "groupchat" : "chat");
const text = (to: string, id: string, body: string): Element =>
  xml(
    "message",
    { to, type: typeOf(to), id },
    xml("body", {}, body),
    xml("origin-id", { xmlns: "urn:xmpp:sid:0", id }),
  );
const reaction = (to: string, target: string, emoji: string[], ...more: Element[]): Element =>
  xml(
    "message",
    { to, type: typeOf(to), id: crypto.randomUUID() },
    xml("reactions", { xmlns: NS, id: target }, ...emoji.map((one) => xml("reaction", {}, one))),
    xml("store", { xmlns: "urn:xmpp:hints" }),
    ...more,
  );
/** The parts of our stanza that others see. */
const said = (stanza: Element) => ({
  to: stanza.getChild("reactions", NS)?.attrs["id"] as unknown,
  emoji: stanza
    .getChild("reactions", NS)
    ?.getChildren("reaction")
    .map((one) => one.getText()),
});

let world: World;
let alice: Device;
let bob: Peer;
let carol: Peer;

/** `👍2*`: the emoji, the number of senders, and a star if we are one of them. */
const show = ({ reactions }: Message): string =>
  reactions.map(({ emoji, count, own }) => `${emoji}${count}${own ? "*" : ""}`).join(" ");
const shows = (one: Device, jid: BareJid, body: string, expected: string) =>
  vi.waitFor(async () => expect(show(await one.find(jid, body))).toBe(expected), WAIT);
const has = (jid: BareJid, body: string) => vi.waitFor(() => alice.find(jid, body), WAIT);
const react = async (one: Device, jid: BareJid, body: string, emoji: string, chosen = true) =>
  one.core.handlers["message.react"]({ account: one.account.id, id: (await one.find(jid, body)).id, emoji, chosen });
const settled = (jid: BareJid, body: string) =>
  vi.waitFor(async () => expect((await alice.find(jid, body)).reacting).toBeNull(), WAIT);

beforeAll(async () => {
  world = new World(await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" } }));
  await befriend(world.server, ALICE, BOB);
  alice = await world.device();
  bob = await world.client("bob", "hidden");
  carol = await world.client("carol", "other");
});
afterAll(() => world?.end());

describe("reactions with a contact", () => {
  it("show, change and remove the contact's without a notification or an unread message", async () => {
    await alice.send("tea?");
    const asked = await bob.waitForMessage((one) => one.getChildText("body") === "tea?");
    await bob.send(text(ALICE.jid, "b1", "or coffee"));
    await has(BOB.jid, "or coffee");
    await alice.core.handlers["chat.markRead"]({
      account: alice.account.id,
      jid: BOB.jid,
      upTo: (await alice.find(BOB.jid, "or coffee")).id,
    });
    const notices = alice.host.notices.length;
    await bob.send(reaction(ALICE.jid, String(asked.attrs["id"]), ["👍", "🎉", "nonsense"]));
    await shows(alice, BOB.jid, "tea?", "👍1 🎉1");
    await bob.send(reaction(ALICE.jid, String(asked.attrs["id"]), ["🎉"]));
    await shows(alice, BOB.jid, "tea?", "🎉1");
    await bob.send(reaction(ALICE.jid, String(asked.attrs["id"]), []));
    await shows(alice, BOB.jid, "tea?", "");
    expect(alice.host.notices).toHaveLength(notices);
    expect(alice.chat(BOB.jid)).toMatchObject({ unread: 0 });
  });

  it("send ours as one set with the contact's message id and a store hint, without a body", async () => {
    await react(alice, BOB.jid, "or coffee", "❤️");
    const first = await bob.waitForMessage((one) => said(one).emoji?.join() === "❤️");
    expect(said(first).to).toBe("b1");
    expect(first.getChild("store", "urn:xmpp:hints")).toBeDefined();
    expect(first.getChild("body")).toBeUndefined();
    await settled(BOB.jid, "or coffee");
    await react(alice, BOB.jid, "or coffee", "😂");
    await bob.waitForMessage((one) => said(one).emoji?.join() === "❤️,😂");
    await react(alice, BOB.jid, "or coffee", "❤️", false);
    await bob.waitForMessage((one) => said(one).emoji?.join() === "😂");
    await shows(alice, BOB.jid, "or coffee", "😂1*");
  });

  it("restore the previous set with the reason if the contact refuses ours", async () => {
    await settled(BOB.jid, "or coffee");
    await react(alice, BOB.jid, "or coffee", "👎");
    const refused = await bob.waitForMessage((one) => said(one).emoji?.join() === "😂,👎");
    const error = xml(
      "error",
      { type: "modify" },
      xml("not-acceptable", { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" }),
      xml("text", { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" }, "one each"),
    );
    await bob.send(
      xml("message", { to: String(refused.attrs["from"]), type: "error", id: String(refused.attrs["id"]) }, error),
    );
    await shows(alice, BOB.jid, "or coffee", "😂1*");
    expect((await alice.find(BOB.jid, "or coffee")).reacting).toEqual({
      failure: { condition: "not-acceptable", text: "one each" },
    });
  });

  it("are ignored from a contact of another chat, and from one who pretends to be somebody else", async () => {
    await carol.send(reaction(ALICE.jid, "b1", ["👎"]));
    await carol
      .send(
        xml(
          "message",
          { to: ALICE.jid, from: BOB.jid, type: "chat", id: "spoofed" },
          xml("reactions", { xmlns: NS, id: "b1" }, xml("reaction", {}, "👎")),
        ),
      )
      .catch(() => undefined);
    const forged = xml(
      "forwarded",
      { xmlns: "urn:xmpp:forward:0" },
      xml(
        "message",
        { xmlns: "jabber:client", from: ALICE.jid, to: BOB.jid, type: "chat" },
        xml("reactions", { xmlns: NS, id: "b1" }, xml("reaction", {}, "👎")),
      ),
    );
    await bob.send(
      xml(
        "message",
        { to: ALICE.jid, type: "chat", id: "forged" },
        xml("sent", { xmlns: "urn:xmpp:carbons:2" }, forged),
      ),
    );
    await bob.send(text(ALICE.jid, "b2", "that was it"));
    await has(BOB.jid, "that was it");
    await shows(alice, BOB.jid, "or coffee", "😂1*");
  });

  it("apply those of our other device from carbons as our own", async () => {
    const phone = await world.client("alice", "secret", "phone");
    await phone.request(xml("iq", { type: "set", id: "carbons" }, xml("enable", { xmlns: "urn:xmpp:carbons:2" })));
    await phone.send(reaction(BOB.jid, "b1", ["🎉"]));
    await shows(alice, BOB.jid, "or coffee", "🎉1*");
    await react(alice, BOB.jid, "or coffee", "👍");
    const copy = await phone.waitFor((one) => one.toString().includes("<reaction>👍</reaction>"));
    expect(copy.getChild("sent", "urn:xmpp:carbons:2")).toBeDefined();
    await bob.waitForMessage((one) => said(one).emoji?.join() === "🎉,👍");
    await phone.stop();
  });

  it("wait while we are offline, also across a restart; a removed one is not sent", async () => {
    await alice.core.handlers["account.setEnabled"]({ account: alice.account.id, enabled: false });
    await vi.waitFor(() => expect(alice.account.connection.state).toBe("off"), WAIT);
    await react(alice, BOB.jid, "that was it", "🙏");
    await react(alice, BOB.jid, "that was it", "😮");
    await react(alice, BOB.jid, "that was it", "😮", false);
    expect(await alice.find(BOB.jid, "that was it")).toMatchObject({
      reacting: { failure: null },
      reactions: [{ emoji: "🙏", own: true }],
    });
    await alice.core.handlers["account.setEnabled"]({ account: alice.account.id, enabled: true });
    await alice.quit();
    await alice.startAgain();
    const sent = await bob.waitForMessage((one) => said(one).emoji?.join() === "🙏");
    expect(said(sent).to).toBe("b2");
    await settled(BOB.jid, "that was it");
    expect(bob.stanzas.some((one) => one.is("message") && said(one).emoji?.includes("😮"))).toBe(false);
  });

  it("apply missed ones from the archive, on this device and on a new one; the last one counts", async () => {
    await alice.quit();
    await bob.send(reaction(ALICE.jid, "b2", ["👎"]));
    for (let n = 0; n < 40; n++) await bob.send(text(ALICE.jid, `f${n}`, `filler ${n}`));
    await bob.send(reaction(ALICE.jid, "b2", ["😂"]));
    await bob.send(reaction(ALICE.jid, "f39", ["👍"]));
    await bob.send(reaction(ALICE.jid, "f39", []));
    await bob.send(text(ALICE.jid, "last", "the last one"));
    await carol.send(reaction(ALICE.jid, "b2", ["🎉"]));
    await alice.startAgain();
    const expected = async (one: Device) => {
      await vi.waitFor(() => one.find(BOB.jid, "the last one"), WAIT);
      await shows(one, BOB.jid, "filler 39", "");
      await vi.waitFor(
        async () =>
          expect(
            show(await one.find(BOB.jid, "that was it"))
              .split(" ")
              .sort(),
          ).toEqual(["🙏1*", "😂1"].sort()),
        WAIT,
      );
      await shows(one, BOB.jid, "or coffee", "🎉1* 👍1*");
    };
    await expected(alice);
    const second = await world.device();
    await expected(second);
    await second.core.stop();
  });
});

describe("reactions in a room", () => {
  const names = async (body: string) =>
    (await alice.find(room, body)).reactions.map(({ emoji, names: who }) => `${emoji} ${who.join(",")}`);
  let target: string;

  beforeAll(async () => {
    await makeRoom(alice, room, { nickname: "Alice", name: "", kind: "channel" });
    await enterRoom(bob, room, "Bob");
    await enterRoom(carol, room, "Carol");
    await bob.send(text(room, "r1", "green or black?"));
    await has(room, "green or black?");
    target = await roomIdOf(carol, "green or black?");
  });

  it("keep one set for each occupant, use the room's archive id, and recognize the reflection of ours", async () => {
    await bob.send(reaction(room, target, ["👍"]));
    await shows(alice, room, "green or black?", "👍1");
    await carol.send(reaction(room, target, ["👍", "🎉"]));
    await shows(alice, room, "green or black?", "👍2 🎉1");
    expect(await names("green or black?")).toEqual(["👍 Bob,Carol", "🎉 Carol"]);
    await react(alice, room, "green or black?", "🎉");
    const ours = await bob.waitForMessage(
      (one) => one.attrs["from"] === `${room}/Alice` && one.getChild("reactions", NS) !== undefined,
    );
    expect(said(ours)).toEqual({ to: target, emoji: ["🎉"] });
    await settled(room, "green or black?");
    await shows(alice, room, "green or black?", "👍2 🎉2*");
  });

  it("are ignored with an id chosen by the sender, or with a forged occupant id or nickname", async () => {
    const bobs = (
      await alice.core.handlers["room.occupants"]({ account: alice.account.id, jid: room, after: null, limit: 100 })
    ).occupants.find(({ nickname }) => nickname === "Bob")!.occupantId!;
    expect(bobs).not.toBeNull();
    await carol.send(reaction(room, "r1", ["😂"]));
    await carol.send(reaction(room, target, [], xml("occupant-id", { xmlns: "urn:xmpp:occupant-id:0", id: bobs })));
    await carol
      .send(
        xml(
          "message",
          { to: room, from: `${room}/Bob`, type: "groupchat", id: "spoofed" },
          xml("reactions", { xmlns: NS, id: target }, xml("reaction", {}, "👎")),
        ),
      )
      .catch(() => undefined);
    // From outside, pretending to be from the room.
    await bob
      .send(
        xml(
          "message",
          { to: ALICE.jid, from: `${room}/Carol`, type: "groupchat", id: "spoofed" },
          xml("reactions", { xmlns: NS, id: target }, xml("reaction", {}, "👎")),
        ),
      )
      .catch(() => undefined);
    // Each of them last sends a message that arrives: the server keeps only the order of one sender.
    await bob.send(text(room, "r2", "that was it"));
    await carol.send(text(room, "r3", "and from me"));
    for (const body of ["that was it", "and from me"]) await has(room, body);
    // Carol's own message with Bob's occupant id removed only Carol's reactions; Bob's remain.
    expect((await names("green or black?"))[0]).toBe("👍 Bob");
    expect(await names("green or black?")).not.toContain(expect.stringContaining("👎"));
  });

  it("keep a separate set for an occupant who later takes over the nickname", async () => {
    await leaveRoom(bob, `${room}/Bob`);
    await leaveRoom(carol, `${room}/Carol`);
    await enterRoom(carol, room, "Bob");
    await carol.send(reaction(room, target, ["😮"]));
    await shows(alice, room, "green or black?", "👍1 😮1 🎉1*");
    await carol.send(reaction(room, target, []));
    await shows(alice, room, "green or black?", "👍1 🎉1*");
    await enterRoom(bob, room, "Robert");
    await bob.send(reaction(room, target, ["🙏"]));
    await vi.waitFor(async () => expect(await names("green or black?")).toEqual(["🙏 Robert", "🎉 "]), WAIT);
  });

  it("are the same from the archive on a new device", async () => {
    const second = await world.device();
    await isInRoom(second, room);
    await vi.waitFor(
      async () =>
        expect(
          show(await second.find(room, "green or black?"))
            .split(" ")
            .sort(),
        ).toEqual(["🙏1", "🎉1*"].sort()),
      WAIT,
    );
    await second.core.stop();
  });
});
