/** Rooms over a real Prosody: two Jackdaws and a stock client. */
import xml, { type Element } from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { befriend } from "../../../e2e/peers/befriend.ts";
import type { Peer } from "../../../e2e/peers/peer.ts";
import { startProsody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, BOB, WAIT, type Device } from "../testing/device.ts";
import { World } from "../testing/world.ts";

const room = "tea@conference.localhost" as BareJid;

describe("rooms over Prosody", () => {
  let world: World;
  let alice: Device;
  let bob: Device;
  let carol: Peer;

  async function device(user: typeof ALICE): Promise<Device> {
    const one = await world.device(user);
    // Encryption has tests of its own.
    await one.core.handlers["settings.change"]({ encryptByDefault: false });
    return one;
  }
  const at = (one: Device) => ({ account: one.account.id, jid: room });
  const shown = async (one: Device, jid = room) =>
    (await one.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid);
  const isIn = (one: Device) =>
    vi.waitFor(async () => expect(await shown(one)).toMatchObject({ state: { state: "joined" } }), WAIT);
  const names = async (one: Device) =>
    (await one.core.handlers["room.occupants"]({ ...at(one), after: null, limit: 100 })).occupants.map(
      ({ nickname }) => nickname,
    );
  const say = (one: Device, body: string) =>
    one.core.handlers["message.send"]({ ...at(one), body, encryption: "none" });
  const gets = (one: Device, body: string) =>
    vi.waitFor(async () => expect(await one.bodies(room)).toContain(body), WAIT);
  const groupchat = (body: string, id = crypto.randomUUID()): Element =>
    xml("message", { to: room, type: "groupchat", id }, xml("body", {}, body));

  beforeAll(async () => {
    world = new World(
      await startProsody({ accounts: { alice: "secret", bob: "hidden", carol: "other" }, without: ["offline"] }),
    );
    await befriend(world.server, ALICE, BOB);
    alice = await device(ALICE);
    bob = await device(BOB);
    carol = await world.client("carol", "other");
  });
  afterAll(() => world?.end());

  it("a private group is created and configured, and its creator is its owner", async () => {
    await alice.core.handlers["room.create"]({ ...at(alice), nickname: "Alice", name: "Tea", kind: "group" });
    await isIn(alice);
    expect(await shown(alice)).toMatchObject({
      name: "Tea",
      nickname: "Alice",
      self: { affiliation: "owner" },
      traits: { membersOnly: true, nonAnonymous: true, persistent: true, public: false },
    });
    await expect(
      bob.core.handlers["room.create"]({ ...at(bob), nickname: "Bob", name: "Mine", kind: "channel" }),
    ).rejects.toMatchObject({ code: "server-refused" });
  });

  it("an uninvited user learns that it is members-only; an invited one joins", async () => {
    await bob.core.handlers["room.join"]({ ...at(bob), nickname: "Bob", password: null, autojoin: true });
    await vi.waitFor(
      async () => expect(await shown(bob)).toMatchObject({ state: { state: "out", problem: "members-only" } }),
      WAIT,
    );
    await alice.core.handlers["room.invite"]({ ...at(alice), person: BOB.jid, reason: "tea time" });
    await vi.waitFor(
      async () =>
        expect((await bob.core.handlers["invitation.list"]({})).invitations).toMatchObject([
          { room, from: ALICE.jid, known: true, reason: "tea time" },
        ]),
      WAIT,
    );
    await bob.core.handlers["room.join"]({ ...at(bob), nickname: "Bob", password: null, autojoin: true });
    await isIn(bob);
    expect((await bob.core.handlers["invitation.list"]({})).invitations).toEqual([]);
    await vi.waitFor(async () => expect(await names(alice)).toEqual(["Alice", "Bob"]), WAIT);
  });

  it("messages reach all, once, in order; ours is recognized, and mentions of us are marked", async () => {
    await say(alice, "hello, room");
    await gets(bob, "hello, room");
    await say(bob, "hi Alice!");
    await gets(alice, "hi Alice!");
    for (const one of [alice, bob]) {
      await vi.waitFor(async () => expect(await one.bodies(room)).toEqual(["hello, room", "hi Alice!"]), WAIT);
    }
    const [ours, theirs] = await alice.all(room);
    expect(ours).toMatchObject({ direction: "out", writer: { nickname: "Alice" } });
    expect(theirs).toMatchObject({ direction: "in", mentionsUs: true, writer: { nickname: "Bob", jid: BOB.jid } });
    await vi.waitFor(async () => expect((await alice.all(room))[0]!.delivery).toBe("delivered"), WAIT);
  });

  it("others in the room see that we are away, at once and when we come back after a restart", async () => {
    const seen = async (show: string) =>
      vi.waitFor(async () => {
        const { occupants } = await alice.core.handlers["room.occupants"]({ ...at(alice), after: null, limit: 100 });
        expect(occupants.find(({ nickname }) => nickname === "Bob")).toMatchObject({ show, status: "tea" });
      }, WAIT);
    const own = (show: "dnd" | "away") =>
      bob.core.handlers["account.setPresence"]({ account: bob.account.id, presence: { show, status: "tea" } });
    await own("dnd");
    await seen("dnd");
    await own("away");
    await bob.quit();
    await bob.startAgain();
    await isIn(bob);
    await seen("away");
  });

  it("missed messages come from the room's archive after a restart", async () => {
    await bob.quit();
    for (let n = 0; n < 30; n++) await say(alice, `missed ${n}${n === 7 ? ", Bob" : ""}`);
    await vi.waitFor(async () => expect((await alice.all(room)).at(-1)?.delivery).toBe("delivered"), WAIT);
    bob.host.notices.length = 0;
    await bob.startAgain();
    await isIn(bob);
    await vi.waitFor(
      async () =>
        expect((await bob.bodies(room)).filter((body) => body.startsWith("missed"))).toEqual(
          Array.from({ length: 30 }, (_, n) => `missed ${n}${n === 7 ? ", Bob" : ""}`),
        ),
      WAIT,
    );
    // Of the missed messages only the mention is notified.
    await vi.waitFor(
      () => expect(bob.host.notices).toMatchObject([{ title: "Alice · Tea", body: "missed 7, Bob" }]),
      WAIT,
    );
    await bob.core.handlers["chat.markRead"]({ ...at(bob), upTo: (await bob.all(room)).at(-1)!.id });
    expect((await bob.bodies(room)).filter((body) => body === "hello, room")).toHaveLength(1);
  });

  it("a second device joins by the bookmark", async () => {
    const second = await device(BOB);
    await vi.waitFor(
      async () =>
        expect(await shown(second)).toMatchObject({ state: { state: "joined" }, nickname: "Bob", autojoin: true }),
      WAIT,
    );
    await gets(second, "missed 29");
    await second.core.stop();
  });

  it("a device that creates a room configures it before another device of ours enters by the bookmark", async () => {
    const laptop = await device(ALICE);
    for (let n = 0; n < 5; n++) {
      const jid = `new${n}@conference.localhost` as BareJid;
      const args = { account: alice.account.id, jid, nickname: "Alice", name: `New ${n}`, kind: "group" as const };
      await alice.core.handlers["room.create"](args);
      await vi.waitFor(
        async () =>
          expect(await shown(laptop, jid)).toMatchObject({
            state: { state: "joined" },
            traits: { membersOnly: true, persistent: true },
          }),
        WAIT,
      );
    }
    await laptop.quit();
  });

  it("XEP-0490: messages read in the room on one device are read on the other", async () => {
    const second = await device(BOB);
    await vi.waitFor(async () => expect(await shown(second)).toMatchObject({ state: { state: "joined" } }), WAIT);
    await say(alice, "read me, Bob");
    for (const one of [bob, second])
      await vi.waitFor(
        () => expect(one.chat(room)).toMatchObject({ mentions: 1, last: { text: "read me, Bob" } }),
        WAIT,
      );
    const last = (await bob.all(room)).at(-1)!;
    await bob.core.handlers["chat.markRead"]({ ...at(bob), upTo: last.id });
    await vi.waitFor(() => expect(second.chat(room)).toMatchObject({ unread: 0, mentions: 0 }), WAIT);
    await second.core.stop();
  });

  it("an outsider can neither write to it nor impersonate it", async () => {
    await carol.send(groupchat("from outside"));
    await carol.send(xml("message", { to: ALICE.jid, type: "groupchat" }, xml("body", {}, "I am a room")));
    await carol.send(xml("message", { to: ALICE.jid, type: "chat" }, xml("body", {}, "I am Carol")));
    await vi.waitFor(
      async () => expect(await alice.bodies("carol@localhost" as BareJid)).toEqual(["I am Carol"]),
      WAIT,
    );
    expect((await alice.bodies(room)).filter((body) => /outside|I am a/.test(body))).toEqual([]);
  });

  it("a member is kicked with a reason, and learns by whom", async () => {
    await alice.core.handlers["room.setRole"]({ ...at(alice), nickname: "Bob", role: "none", reason: "too loud" });
    await vi.waitFor(
      async () =>
        expect(await shown(bob)).toMatchObject({ state: { state: "out", problem: "kicked", text: "too loud" } }),
      WAIT,
    );
    await vi.waitFor(async () => expect(await names(alice)).toEqual(["Alice"]), WAIT);
    await vi.waitFor(
      () =>
        expect(alice.host.roomNotices.at(-1)).toMatchObject({
          jid: room,
          change: { what: "kicked", nicknames: ["Bob"], by: { self: true }, reason: "too loud" },
        }),
      WAIT,
    );
    await bob.core.handlers["room.join"]({ ...at(bob), nickname: "Bobby", password: null, autojoin: true });
    await isIn(bob);
    expect(await shown(bob)).toMatchObject({ nickname: "Bobby" });
    await alice.core.handlers["room.setAffiliation"]({
      ...at(alice),
      person: BOB.jid,
      affiliation: "outcast",
      reason: "enough",
    });
    await vi.waitFor(
      async () => expect(await shown(bob)).toMatchObject({ state: { state: "out", problem: "banned" } }),
      WAIT,
    );
    expect(
      (await alice.core.handlers["room.affiliations"]({ ...at(alice), affiliation: "outcast" })).people,
    ).toMatchObject([{ jid: BOB.jid }]);
  });

  it("its configuration form limits the values (XEP-0122)", async () => {
    const { fields } = await alice.core.handlers["room.configuration"](at(alice));
    expect(fields.find(({ name }) => name === "muc#roomconfig_historylength")).toMatchObject({
      kind: "text",
      rule: { datatype: "integer" },
    });
  });

  it("a public channel is found with its name and occupants, and nickname conflicts are reported", async () => {
    const channel = "open@conference.localhost" as BareJid;
    await alice.core.handlers["room.create"]({
      account: alice.account.id,
      jid: channel,
      nickname: "Alice",
      name: "Open",
      kind: "channel",
    });
    const { services } = await bob.core.handlers["room.services"]({ account: bob.account.id });
    expect(services).toEqual(["conference.localhost"]);
    const { rooms } = await bob.core.handlers["room.find"]({
      account: bob.account.id,
      service: services[0]!,
      after: null,
    });
    expect(rooms).toMatchObject([{ jid: channel, name: "Open" }]);
    await bob.core.handlers["room.join"]({
      account: bob.account.id,
      jid: channel,
      nickname: "Alice",
      password: null,
      autojoin: false,
    });
    await vi.waitFor(
      async () =>
        expect(await shown(bob, channel)).toMatchObject({ state: { state: "out", problem: "nickname-taken" } }),
      WAIT,
    );
    await bob.core.handlers["room.join"]({
      account: bob.account.id,
      jid: channel,
      nickname: "Bob",
      password: null,
      autojoin: false,
    });
    await vi.waitFor(async () => expect(await shown(bob, channel)).toMatchObject({ state: { state: "joined" } }), WAIT);
    await alice.core.handlers["room.setSubject"]({ account: alice.account.id, jid: channel, subject: "Tea and cake" });
    await vi.waitFor(async () => expect(await shown(bob, channel)).toMatchObject({ subject: "Tea and cake" }), WAIT);
    await alice.core.handlers["room.destroy"]({
      account: alice.account.id,
      jid: channel,
      reason: "moved",
      alternate: room,
    });
    await vi.waitFor(
      async () =>
        expect(await shown(bob, channel)).toMatchObject({
          state: { state: "out", problem: "destroyed", text: "moved", alternate: room },
        }),
      WAIT,
    );
  });
});
