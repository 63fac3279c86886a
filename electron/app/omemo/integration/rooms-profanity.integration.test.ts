/**
 * A private group with Profanity, over a real Prosody: each reads what the other writes, live and from the room's
 * archive.
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Profanity } from "../../../../e2e/peers/profanity.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
const room = "den@conference.localhost" as BareJid;

const world = new OmemoWorld();
let mine: EncryptingDevice;
/** Bob's client. */
let other: Profanity;

const at = () => ({ account: mine.account.id, jid: room });
const shown = async () => (await mine.core.handlers["room.list"]({})).rooms.find((one) => one.jid === room);
const settled = (members: number) =>
  vi.waitFor(
    async () => expect((await shown())?.encryption).toMatchObject({ obstacle: null, members, withoutCount: 0 }),
    WAIT,
  );
const isIn = () => vi.waitFor(async () => expect(await shown()).toMatchObject({ state: { state: "joined" } }), WAIT);
const reads = async (text: string, from: BareJid, device: number): Promise<void> => {
  await mine.reads(room, text, device);
  expect((await mine.all(room)).find((one) => one.body === text)).toMatchObject({
    direction: "in",
    writer: { jid: from },
  });
};
const hears = async (one: Profanity, text: string): Promise<void> => {
  expect(await one.hears(room, text)).toMatchObject({ encryption: "omemo" });
};

beforeAll(async () => {
  await world.start(["bob", "carol"]);
  [mine, other] = await Promise.all([world.jackdaw(), world.profanity("bob")]);
  await mine.core.handlers["room.create"]({ ...at(), nickname: "Alice", name: "Den", kind: "group" });
  await mine.core.handlers["room.setAffiliation"]({ ...at(), person: bob, affiliation: "member", reason: "" });
});
afterAll(() => world.end());

it("both read the other's messages after Profanity joined", async () => {
  await isIn();
  await settled(1);
  await other.enter(room, "Bob");
  await mine.say(room, "welcome, Bob");
  await hears(other, "welcome, Bob");
  await other.omemoIn(room, [{ jid: alice, device: (await mine.own()).id }]);
  await other.sayIn(room, "thank you");
  await reads("thank you", bob, other.device);
});

it("messages go back and forth, each once and in order", async () => {
  for (let n = 0; n < 5; n++) {
    await mine.say(room, `question ${n}`);
    await hears(other, `question ${n}`);
    await other.sayIn(room, `answer ${n}`);
    await reads(`answer ${n}`, bob, other.device);
  }
  await mine.readsAll(
    room,
    Array.from({ length: 5 }, (_, n) => `answer ${n}`),
    other.device,
  );
});

it("messages that Profanity wrote while Jackdaw was away are read from the room's archive, once and in order", async () => {
  await mine.quit();
  const texts = Array.from({ length: 30 }, (_, n) => `while you were out ${n}`);
  for (const text of texts) await other.sayIn(room, text);
  await mine.startAgain();
  await isIn();
  await mine.readsAll(room, texts, other.device);
  await mine.say(room, "I am back");
  await hears(other, "I am back");
});

it("both continue after both were restarted, and Profanity reads what Jackdaw wrote in the meantime", async () => {
  await other.quit();
  await mine.say(room, "while Bob was out");
  await vi.waitFor(
    async () =>
      expect((await mine.all(room)).find(({ body }) => body === "while Bob was out")?.delivery).toBe("delivered"),
    WAIT,
  );
  await mine.quit();
  await Promise.all([mine.startAgain(), other.start()]);
  await isIn();
  await other.enter(room, "Bob");
  // Profanity shows the room's history marked as encrypted, but does not store it.
  await vi.waitFor(async () => expect(await other.screen()).toContain("~ Alice: while Bob was out"), WAIT);
  await mine.say(room, "still me");
  await hears(other, "still me");
  await other.omemoIn(room, [{ jid: alice, device: (await mine.own()).id }]);
  await other.sayIn(room, "the same here");
  await reads("the same here", bob, other.device);
});

it("a new member can read and write, and a removed one gets no keys", async () => {
  const third = await world.profanity("carol");
  await mine.core.handlers["room.setAffiliation"]({ ...at(), person: carol, affiliation: "member", reason: "" });
  await settled(2);
  await third.enter(room, "Carol");
  await mine.say(room, "welcome, Carol");
  for (const one of [other, third]) await hears(one, "welcome, Carol");
  await third.omemoIn(room, [{ jid: alice, device: (await mine.own()).id }]);
  await third.sayIn(room, "hello from Carol");
  await reads("hello from Carol", carol, third.device);
  await mine.core.handlers["room.setAffiliation"]({ ...at(), person: carol, affiliation: "none", reason: "" });
  await settled(1);
  const mark = await other.mark();
  await mine.say(room, "without Carol");
  await hears(other, "without Carol");
  const stanza = await other.logged(/RECV: <message [^\n]*<encrypted[^\n]*/, mark);
  expect([...stanza.matchAll(/ rid=["'](\d+)["']/g)].map(([, rid]) => Number(rid))).toEqual([other.device]);
});
