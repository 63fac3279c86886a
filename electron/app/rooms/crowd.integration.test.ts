/** Rooms with thousands of occupants, and floods, over a real Prosody: no message is lost, and memory stays bounded. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CROWD, nicknameOf, startCrowd, withCrowd, type Crowd } from "../../../e2e/peers/servers/crowd.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { Occupant } from "../../../shared/model/room.ts";
import { MOST_NOTICES, type RoomChange } from "../../../shared/model/room-notice.ts";
import { MOST_OCCUPANTS } from "../../xmpp/muc/index.ts";
import { Device, WAIT } from "../testing/device.ts";

describe("crowds over Prosody", () => {
  let prosody: Prosody;
  let crowd: Crowd;
  let alice: Device;
  let folder: string;

  beforeAll(async () => {
    const { options, port } = await withCrowd({ accounts: { alice: "secret" }, log: "info" });
    prosody = await startProsody(options);
    crowd = await startCrowd({ port, codesOf: (room) => (room.startsWith("logged") ? [100, 170, 210] : []) });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-crowd-"));
    alice = new Device(folder, prosody);
    await alice.signIn();
    await alice.caughtUp();
  });
  afterAll(async () => {
    await alice?.core.stop();
    await crowd?.stop();
    await prosody?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (jid: BareJid) => ({ account: alice.account.id, jid });
  const shown = async (jid: BareJid) =>
    (await alice.core.handlers["room.list"]({})).rooms.find((known) => known.jid === jid);
  async function enter(name: string): Promise<BareJid> {
    const jid = `${name}@${CROWD}` as BareJid;
    await alice.core.handlers["room.join"]({ ...at(jid), nickname: "alice", password: null, autojoin: false });
    await crowd.entered(jid);
    await vi.waitFor(async () => expect(await shown(jid)).toMatchObject({ state: { state: "joined" } }), WAIT);
    return jid;
  }

  it("5,000 present occupants are all listed", async () => {
    const jid = await enter("many-5000");
    expect((await shown(jid))?.occupants).toBe(5_001);
    const names = (await everybody(jid)).map(({ nickname }) => nickname);
    expect(new Set(names).size).toBe(5_001);
    expect(new Set(names)).toEqual(
      new Set(["alice", ...Array.from({ length: 5_000 }, (_, index) => nicknameOf(index))]),
    );
  });

  it("a hostile room with too many occupants is cut off, and we are in it nevertheless", async () => {
    const jid = await enter(`endless-${MOST_OCCUPANTS + 300}`);
    expect((await shown(jid))?.occupants).toBe(MOST_OCCUPANTS + 1);
    // We need one place ourselves.
    for (const index of [0, 1]) crowd.leave(jid, index);
    crowd.presence(jid, MOST_OCCUPANTS + 50);
    await vi.waitFor(
      async () =>
        expect((await everybody(jid)).map(({ nickname }) => nickname)).toContain(nicknameOf(MOST_OCCUPANTS + 50)),
      WAIT,
    );
    expect((await shown(jid))?.occupants).toBe(MOST_OCCUPANTS);
    await alice.core.handlers["room.leave"](at(jid));
    expect((await shown(jid))?.occupants).toBe(0);
  });

  it("1,000 messages in a second arrive once and in order, and ours is sent in the meantime", async () => {
    const jid = await enter("loud-20");
    const bodies = Array.from({ length: 1_000 }, (_, index) => `message ${index}`);
    bodies.forEach((body, index) => crowd.say(jid, index % 20, body));
    const ours = await alice.core.handlers["message.send"]({
      ...at(jid),
      body: "is anybody reading?",
      encryption: "none",
    });
    await vi.waitFor(async () => expect(await alice.bodies(jid)).toHaveLength(1_001), WAIT);
    await vi.waitFor(
      async () => expect((await alice.all(jid)).find((one) => one.id === ours.id)?.delivery).toBe("delivered"),
      WAIT,
    );
    expect((await alice.bodies(jid)).filter((body) => body !== ours.body)).toEqual(bodies);
    expect(alice.chat(jid)?.unread).toBe(1_000);
  });

  it("a flood of presences leaves the last one of each occupant, and only those who are present", async () => {
    const jid = await enter("restless-200");
    for (let round = 0; round < 20; round++) {
      for (let index = 0; index < 200; index++) {
        if ((index + round) % 7 === 0) crowd.leave(jid, index);
        else crowd.presence(jid, index, `round ${round}`);
      }
    }
    crowd.say(jid, 1, "quiet again");
    await vi.waitFor(async () => expect(await alice.bodies(jid)).toEqual(["quiet again"]), WAIT);
    const there = Array.from({ length: 200 }, (_, index) => index).filter((index) => (index + 19) % 7 !== 0);
    const listed = (await everybody(jid)).filter(({ self }) => !self);
    expect(new Map(listed.map((one) => [one.nickname, one.status]))).toEqual(
      new Map(there.map((index) => [nicknameOf(index), "round 19"])),
    );
  });

  const MUC_USER = "http://jabber.org/protocol/muc#user";
  const change = async (jid: BareJid): Promise<RoomChange[]> =>
    (await alice.core.handlers["room.notices"](at(jid))).notices.map((one) => one.change);
  const kick = (jid: BareJid, nickname: string, reason: string): void =>
    crowd.toAll(
      jid,
      (to) =>
        `<presence type="unavailable" from="${jid}/${nickname}" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="none" role="none"><actor nick="${nicknameOf(0)}"/><reason>${reason}</reason></item><status code="307"/></x></presence>`,
    );
  const subject = (jid: BareJid, from: string, text: string): void =>
    crowd.toAll(
      jid,
      (to) => `<message type="groupchat" from="${from}" to="${to}"><subject>${text}</subject></message>`,
    );

  it("status 100, 170 and 210 on joining give notices, and the existing subject does not", async () => {
    const jid = await enter("logged-3");
    await vi.waitFor(async () => expect(await shown(jid)).toMatchObject({ subject: "A crowd of 3" }), WAIT);
    expect(await change(jid)).toEqual([
      { kind: "entered", facts: ["nickname-given", "addresses-shown", "logged"], nickname: "alice" },
    ]);
  });

  it("1,000 removals in a second are one notice, and 1,000 different notices are limited", async () => {
    const jid = await enter("emptied-1000");
    for (let index = 0; index < 1_000; index++) kick(jid, nicknameOf(index), `reason ${index % 5}`);
    crowd.say(jid, 0, "quiet again");
    await vi.waitFor(async () => expect(await alice.bodies(jid)).toEqual(["quiet again"]), WAIT);
    const lines = await change(jid);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({
      what: "kicked",
      nicknames: [nicknameOf(2), nicknameOf(3), nicknameOf(4)],
      count: 998,
      by: { name: nicknameOf(0), self: false },
      reason: "",
    });
    expect((await shown(jid))?.occupants).toBe(1);
    for (let index = 0; index < 500; index++) {
      subject(jid, `${jid}/${nicknameOf(index)}`, `topic ${index}`);
      kick(jid, nicknameOf(index), "again");
    }
    crowd.say(jid, 0, "and again");
    await vi.waitFor(async () => expect(await alice.bodies(jid)).toHaveLength(2), WAIT);
    const kept = await change(jid);
    expect(kept).toHaveLength(MOST_NOTICES);
    expect(kept.slice(-2)).toMatchObject([
      { kind: "subject", subject: "topic 499" },
      { kind: "person", nicknames: [nicknameOf(499)], count: 1 },
    ]);
    // The window has the same notices as the core.
    expect(new Set(alice.host.roomNotices.filter((one) => one.jid === jid).map(({ id }) => id)).size).toBe(3 + 1_000);
  });

  it("a removal announced by another room, and status codes in an occupant's message, give no notice", async () => {
    const jid = await enter("calm-3");
    await vi.waitFor(async () => expect(await shown(jid)).toMatchObject({ subject: "A crowd of 3" }), WAIT);
    const x = `<x xmlns="${MUC_USER}"><item affiliation="none" role="none" nick="${nicknameOf(1)}"/><status code="307"/><status code="172"/><status code="303"/></x>`;
    crowd.toAll(
      jid,
      (to) => `<presence type="unavailable" from="lair-3@${CROWD}/${nicknameOf(1)}" to="${to}">${x}</presence>`,
    );
    crowd.toAll(
      jid,
      (to) => `<presence type="unavailable" from="${CROWD}/${nicknameOf(1)}" to="${to}">${x}</presence>`,
    );
    crowd.toAll(
      jid,
      (to) => `<message type="groupchat" from="${jid}/${nicknameOf(1)}" to="${to}">${x}<body>codes</body></message>`,
    );
    crowd.toAll(jid, (to) => `<message type="groupchat" from="${jid}/${nicknameOf(1)}" to="${to}">${x}</message>`);
    crowd.toAll(jid, (to) => `<message type="groupchat" from="lair-3@${CROWD}" to="${to}">${x}</message>`);
    crowd.toAll(
      jid,
      (to) =>
        `<message type="groupchat" from="${jid}/${nicknameOf(1)}" to="${to}"><subject>stolen</subject><body>with a text</body></message>`,
    );
    // A nickname change of an absent occupant, and a role change of an unknown one.
    crowd.toAll(
      jid,
      (to) =>
        `<presence from="${jid}/nobody" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="owner" role="moderator"/></x></presence>`,
    );
    crowd.say(jid, 1, "the end");
    await vi.waitFor(async () => expect(await alice.bodies(jid)).toEqual(["codes", "with a text", "the end"]), WAIT);
    expect(await change(jid)).toEqual([]);
  });

  async function everybody(jid: BareJid): Promise<Occupant[]> {
    const all: Occupant[] = [];
    for (let after: string | null = null; ;) {
      const page: { occupants: Occupant[]; next: string | null } = await alice.core.handlers["room.occupants"]({
        ...at(jid),
        after,
        limit: 500,
      });
      all.push(...page.occupants);
      if ((after = page.next) === null) return all;
    }
  }
});
