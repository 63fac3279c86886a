/**
 * OMEMO with Profanity, a client that uses libsignal's own C library, over a real Prosody: each reads what the other
 * writes.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Profanity } from "../../../../e2e/peers/profanity.ts";
import { WAIT } from "../../testing/device.ts";
import { alice, receives, OmemoWorld, type EncryptingDevice } from "../../testing/omemo-world.ts";

const bob = "bob@localhost" as BareJid;
const carol = "carol@localhost" as BareJid;
const dave = "dave@localhost" as BareJid;
const MANY = 50;

const world = new OmemoWorld();
let first: EncryptingDevice;
let second: EncryptingDevice;
/** Bob's client. */
let other: Profanity;
/** Every text that was encrypted; the server must know none of them. */
const secrets: string[] = [];

const secret = (text: string): string => {
  secrets.push(text);
  return text;
};
/** Expects that the device is shown with a later time of use. */
const usedSince = async (at: EncryptingDevice, jid: BareJid, device: number, since: number): Promise<void> =>
  expect((await at.known(jid)).find((one) => one.id === device)?.lastUsedAt ?? 0).toBeGreaterThanOrEqual(since);
const many = (what: string): string[] => Array.from({ length: MANY }, (_, n) => secret(`${what} ${n}`));

beforeAll(async () => {
  await world.start(["bob", "carol", "dave"]);
  [first, other] = await Promise.all([world.jackdaw(), world.profanity("bob")]);
});
afterAll(() => world.end());

it("each shows the other's device with the fingerprint that its owner sees", async () => {
  await first.encryptsFor(bob);
  await vi.waitFor(
    async () =>
      expect(await first.known(bob)).toMatchObject([
        { id: other.device, fingerprint: other.fingerprint, active: true },
      ]),
    WAIT,
  );
  const mine = await first.own();
  await other.omemoWith(alice, [mine.id]);
  await other.logged(new RegExp(`cache identity for ${alice}:${mine.id}: ${mine.fingerprint}`));
});

it("both exchange messages in a session that Jackdaw begins", async () => {
  const since = Date.now();
  await first.say(bob, secret("the first word is mine: ü 😀"));
  await receives(other, "the first word is mine: ü 😀");
  await other.say(alice, secret("and the second mine"));
  await first.reads(bob, "and the second mine", other.device);
  for (let n = 0; n < 5; n++) {
    await first.say(bob, secret(`question ${n}`));
    await receives(other, `question ${n}`);
    await other.say(alice, secret(`answer ${n}`));
    await first.reads(bob, `answer ${n}`, other.device);
  }
  await usedSince(first, bob, other.device, since);
});

it("both exchange messages in a session that Profanity begins", async () => {
  const starter = await world.profanity("carol");
  await starter.omemoWith(alice, [(await first.own()).id]);
  await starter.say(alice, secret("hello from Carol"));
  await first.reads(carol, "hello from Carol", starter.device);
  await first.encryptsFor(carol);
  await first.say(carol, secret("hello Carol"));
  await receives(starter, "hello Carol");
  await starter.say(alice, secret("and once more"));
  await first.reads(carol, "and once more", starter.device);
  await starter.remove();
});

it("messages that begin a session are all read from the archive, and then answered", async () => {
  const starter = await world.profanity("dave");
  await starter.omemoWith(alice, [(await first.own()).id]);
  await first.quit();
  // Prosody stores whole seconds.
  const since = Math.floor(Date.now() / 1000) * 1000;
  const texts = many("first words");
  for (const text of texts) await starter.say(alice, text);
  await first.startAgain();
  await first.readsAll(dave, texts, starter.device);
  await usedSince(first, dave, starter.device, since);
  await first.encryptsFor(dave);
  await first.say(dave, secret("hello Dave"));
  await receives(starter, "hello Dave");
  await starter.say(alice, secret("there you are"));
  await first.reads(dave, "there you are", starter.device);
  await starter.remove();
});

it(`${MANY} messages that Profanity wrote while Jackdaw was away are read, once and in order`, async () => {
  await first.caughtUp();
  await first.quit();
  const texts = many("while you were out");
  for (const text of texts) await other.say(alice, text);
  await first.startAgain();
  await first.readsAll(bob, texts, other.device);
});

it(`${MANY} messages that Jackdaw wrote while Profanity was away are read, once and in order`, async () => {
  await first.caughtUp();
  await other.quit();
  const texts = many("while Bob was out");
  for (const text of texts) await first.say(bob, text);
  await first.sent(bob, texts.at(-1)!);
  await other.start();
  await receives(other, texts.at(-1)!);
  const messages = await other.messages(alice);
  expect(messages.filter(({ from, body }) => from === alice && texts.includes(body)).map(({ body }) => body)).toEqual(
    texts,
  );
  expect(messages.filter(({ encryption }) => encryption !== "omemo")).toEqual([]);
});

it("both continue after both were restarted", async () => {
  await Promise.all([first.quit(), other.quit()]);
  await Promise.all([first.startAgain(), other.start()]);
  await first.say(bob, secret("still me"));
  await receives(other, "still me");
  await other.omemoWith(alice, [(await first.own()).id]);
  await other.say(alice, secret("the same here"));
  await first.reads(bob, "the same here", other.device);
  await first.say(bob, secret("good to know"));
  await receives(other, "good to know");
});

it("our second device reads incoming messages and those of the first, and the first reads its messages", async () => {
  const since = Date.now();
  second = await world.jackdaw();
  const [mine, joined] = [(await first.own()).id, (await second.own()).id];
  await second.encryptsFor(bob);
  // Messages from before it existed are kept, and show why they cannot be read.
  const before = await second.all(bob);
  expect(before).toHaveLength((await first.all(bob)).length);
  for (const one of before) expect(one.protection).toMatchObject({ kind: "omemo", problem: "not-for-this-device" });
  await other.omemoWith(alice, [mine, joined]);
  await other.say(alice, secret("to both of you"));
  for (const one of [first, second]) await one.reads(bob, "to both of you", other.device);
  await vi.waitFor(async () => expect((await first.known(alice)).map((one) => one.id)).toContain(joined), WAIT);
  await first.say(bob, secret("from the first"));
  await receives(other, "from the first");
  await second.reads(bob, "from the first", mine);
  await second.say(bob, secret("from the second"));
  await receives(other, "from the second");
  await first.reads(bob, "from the second", joined);
  await usedSince(first, alice, joined, since);
});

it("a device removed from the list receives nothing any more, and the others continue", async () => {
  const [mine, gone] = [(await first.own()).id, (await second.own()).id];
  await second.quit();
  await first.core.handlers["device.remove"]({ account: first.account.id, device: gone });
  await vi.waitFor(async () => expect(await world.published(alice)).toEqual([mine]), WAIT);
  await other.lists(alice, [mine]);
  const mark = await other.mark();
  await other.say(alice, secret("between us"));
  await first.reads(bob, "between us", other.device);
  const stanza = await other.logged(/SENT: <message [^\n]*<encrypted[^\n]*/, mark);
  expect([...stanza.matchAll(/ rid=["'](\d+)["']/g)].map(([, rid]) => Number(rid))).toEqual([mine]);
  await first.say(bob, secret("and nobody else"));
  await receives(other, "and nobody else");
});

it("with Profanity as our other device, each reads the other's messages, and both read incoming ones", async () => {
  const twin = await world.profanity("alice");
  const mine = (await first.own()).id;
  await vi.waitFor(async () => expect((await world.published(alice)).sort()).toEqual([mine, twin.device].sort()), WAIT);
  await vi.waitFor(async () => expect((await first.known(alice)).map((one) => one.id)).toContain(twin.device), WAIT);
  await first.say(bob, secret("for all of mine"));
  await receives(other, "for all of mine");
  const copies = async () => (await twin.messages(bob)).filter(({ from }) => from === alice);
  await vi.waitFor(
    async () => expect(await copies()).toMatchObject([{ body: "for all of mine", encryption: "omemo" }]),
    WAIT,
  );
  await twin.omemoWith(bob, [other.device]);
  await twin.say(bob, secret("from the twin"));
  await receives(other, "from the twin");
  await first.reads(bob, "from the twin", twin.device);
  await other.omemoWith(alice, [mine, twin.device]);
  await other.say(alice, secret("for both of yours"));
  await first.reads(bob, "for both of yours", other.device);
  expect(await twin.hears(bob, "for both of yours")).toMatchObject({ encryption: "omemo" });
});

it("the server has stored none of the texts", async () => {
  const kept = await readdir(join(world.server.folder, "data"), { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    kept.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), "utf8")),
  );
  const all = texts.join("\n");
  // The archive contains the messages with their fallback bodies.
  expect(all).toContain("eu.siacs.conversations.axolotl");
  expect(secrets.filter((text) => all.includes(text))).toEqual([]);
});
