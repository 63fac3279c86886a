/**
 * Catching up with a server that is only a list: sessions begin and are cut, messages arrive live, late or only through
 * the archive, clocks jump, users scroll. In the end every chat has every message once, in the order of the archive.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import { account, own, peers, room, type Held, type Way } from "../../testing/archive-scene.ts";
import { bodyOf, RoomWorld, SERVER_PAGE, START, textOf, World } from "../../testing/archive-server.ts";
import type { Fate } from "../../testing/own-outbox.ts";
import { readPage } from "./pages.ts";

type Step = (world: World) => Promise<void>;
const named = (name: string, run: Step): { name: string; run: Step } => ({ name, run });
async function sendAll(world: World, messages: readonly [BareJid, boolean, number, Way][]): Promise<void> {
  for (const [chat, ours, later, way] of messages) {
    world.serverTime += later;
    await world.send(chat, ours, true, way);
  }
}
/** What a window shows of a message. */
const shown = ({ from, body, reactions }: Message) => {
  const ours = reactions.filter(({ own: isOwn }) => isOwn).map(({ emoji }) => emoji);
  const theirs = reactions.filter(({ own: isOwn, count }) => !isOwn || count > 1).map(({ emoji }) => emoji);
  return { from, body, reactions: sorted({ ours: ours.join(""), theirs: theirs.join("") }) };
};
const sorted = ({ ours, theirs }: Held["reactions"]): Held["reactions"] => ({
  ours: [...ours].toSorted().join(""),
  theirs: [...theirs].toSorted().join(""),
});
/** What may happen in a world with these chats. */
function stepsWith(chats: readonly BareJid[]): fc.Arbitrary<{ name: string; run: Step }> {
  const someone = fc.constantFrom(...chats);
  // What a room has sent arrives before the answer to a later request: more than a page is never late.
  const late = chats.includes(room) ? [] : ["slow" as const];
  const some = fc.array(fc.tuple(someone, fc.boolean(), fc.nat(1200), fc.constantFrom<Way>("live", "slow")), {
    maxLength: 4,
  });
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(someone, fc.boolean(), fc.nat(1200), fc.constantFrom<Way>("live", "live", "slow"))
        .map(([chat, ours, later, way]) =>
          named(`${ours ? "we, elsewhere, to" : "from"} ${chat} after ${later}, ${way}`, async (world) => {
            world.serverTime += later;
            await world.send(chat, ours, true, way);
          }),
        ),
    },
    {
      weight: 6,
      arbitrary: fc
        .record({
          chat: someone,
          back: fc.nat(2),
          later: fc.nat(1200),
          way: fc.constantFrom<Way>("live", "live", "slow"),
          fate: fc.constantFrom<Fate>("acked", "acked", "acked", "unacked", "lost"),
          what: fc.constantFrom("write", "correct", "👍", "🎉"),
        })
        .map(({ chat, back, later, way, fate, what }) =>
          named(`here ${what} ${back} in ${chat} after ${later}, ${way}, ${fate}`, async (world) => {
            world.serverTime += later;
            if (what === "write") await world.outbox.write(chat, way, fate);
            else if (what === "correct") await world.outbox.correct(chat, back, way, fate);
            else await world.outbox.react(chat, back, what, way, fate);
          }),
        ),
    },
    {
      weight: 6,
      arbitrary: fc
        .record({
          chat: someone,
          ours: fc.boolean(),
          back: fc.nat(2),
          later: fc.nat(1200),
          way: fc.constantFrom<Way>("live", "live", "slow"),
          what: fc.constantFrom("correct", "react"),
        })
        .map(({ chat, ours, back, later, way, what }) =>
          named(`${ours ? "we, elsewhere," : "they"} ${what} ${back} in ${chat} after ${later}, ${way}`, (world) => {
            world.serverTime += later;
            return world[what](chat, ours, back, way);
          }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(someone, fc.integer({ min: 5, max: 14 }), fc.constantFrom<Way>("live", ...late))
        .map(([chat, count, way]) =>
          named(`${count} from ${chat} and to him, ${way}`, (world) =>
            sendAll(
              world,
              Array.from({ length: count }, (_, n) => [chat, n % 3 === 0, 100, way]),
            ),
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(0, 1, 2, 3, 1000)
        .map((pages) => named(`connect, ${pages} pages`, (world) => world.connect(pages))),
    },
    { weight: 1, arbitrary: fc.constant(named("cut", async (world) => world.disconnect())) },
    { weight: 1, arbitrary: fc.constant(named("begin and cut", (world) => world.begin())) },
    { weight: 1, arbitrary: fc.constant(named("cut, and the server waits", async (world) => world.cut())) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(0, 1, 1000)
        .map((pages) => named(`resume, ${pages} pages`, (world) => world.resume(pages))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(some, some, fc.constantFrom(null, 0, 1, 1000)).map(([before, missed, pages]) =>
        named(
          `taken over, ${before.length} before, ${missed.length} while absent, ${pages ?? "cut before"} pages`,
          (world) =>
            world.takeOver(
              () => sendAll(world, before),
              () => sendAll(world, missed),
              pages,
            ),
        ),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constant(
        named("more pages", async (world) => {
          if (!world.online) return;
          world.pagesLeft = 2;
          await world.work();
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: -4_000_000, max: 4_000_000 })
        .map((skew) => named(`clock ${skew}`, async (world) => void (world.skew = skew))),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(someone, fc.boolean()).map(([jid, all]) =>
        named(`scroll ${jid}`, async (world) => {
          world.pagesLeft = 1000;
          let before = Number.MAX_SAFE_INTEGER;
          do {
            const page = await readPage(world.store, world.back(jid), { account, jid, before, limit: 5 });
            if (page.older === null || page.older === before) break;
            before = page.older;
          } while (all);
        }),
      ),
    },
  );
}

describe("catching up", () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-catch-up-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
    await fresh();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await store.close();
    await rm(folder, { recursive: true });
  });
  async function fresh(keeps = false): Promise<World> {
    await signIn();
    return new World(store, keeps);
  }
  async function freshRoom(): Promise<RoomWorld> {
    await signIn();
    const settings = { nickname: "me", password: null, autojoin: true, bookmarked: true, notify: "all" as const };
    const known = { account, jid: room, name: "Tea", subject: "", archived: true, ...settings };
    await store.write({ op: "room.put", args: known });
    await store.write({ op: "chat.open", args: { account, jid: room, kind: "room", now: START } });
    return new RoomWorld(store);
  }
  async function signIn(): Promise<void> {
    await store.write({ op: "account.remove", args: { account } });
    const presence = { show: "available" as const, status: "" };
    await store.write({
      op: "account.put",
      args: { id: account, jid: own, password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence },
    });
  }
  async function expectAll(world: World): Promise<void> {
    for (const jid of peers) {
      const archived = world.texts
        .filter(({ chat }) => chat === jid)
        .map(({ by, body, reactions }) => ({
          from: by === "them" ? jid : own,
          by,
          body,
          reactions: sorted(reactions),
        }));
      const written = new Map(archived.map(({ body, by }) => [body, by]));
      const held = (await world.chat(jid)).map(shown).map((one) => ({ ...one, by: written.get(one.body) }));
      // Offline messages are placed by a stamp of whole seconds, so within a second our own message from another device
      // may be on the other side of one. The order of each author is always right.
      // What was written here stands where it was written.
      const views = world.keeps ? [["them"], ["elsewhere"], ["here"]] : [["them", "elsewhere"], ["here"]];
      for (const authors of views) {
        const of = (list: typeof held) => list.filter(({ by }) => by !== undefined && authors.includes(by));
        expect(of(held)).toEqual(of(archived));
      }
      expect(held).toHaveLength(archived.length);
    }
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
  }

  it(
    "ends with every message once and in the order of the archive, whatever happened",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepsWith(peers), { maxLength: 60 }), fc.boolean(), async (steps, keeps) => {
          const world = await fresh(keeps);
          for (const { run } of steps) await run(world);
          await world.connect(1000);
          await expectAll(world);
          world.disconnect();
        }),
        { numRuns: Number(process.env["RUNS"] ?? 60) },
      );
    },
  );

  it(
    "ends with every message of a room once and in the order of its archive, however it went",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepsWith([room]), { maxLength: 60 }), async (steps) => {
          const world = await freshRoom();
          for (const { run } of steps) await run(world);
          await world.connect(1000);
          // All that was missed since we were in first is read; what is older when the user scrolls there.
          expect(await store.read("archive.state", { account, archive: room })).toMatchObject({ missed: null });
          for (let before = Number.MAX_SAFE_INTEGER; ;) {
            const page = await readPage(store, world.back(), { account, jid: room, before, limit: 50 });
            expect(page.missing).toBe(false);
            if (page.older === null) break;
            before = page.older;
          }
          const held = (await world.chat(room)).map(shown);
          for (const isHere of [true, false]) {
            const of = world.texts.filter(({ by }) => (by === "here") === isHere);
            const bodies = new Set(of.map(({ body }) => body));
            expect(held.filter(({ body }) => bodies.has(body)).map(({ from: _, ...one }) => one)).toEqual(
              of.map(({ body, reactions }) => ({ body, reactions: sorted(reactions) })),
            );
          }
          expect(held).toHaveLength(world.texts.length);
          world.disconnect();
        }),
        { numRuns: Number(process.env["RUNS"] ?? 60) },
      );
    },
  );

  it("reads all missed messages of a room, also if the connection is lost in between and the session continues", async () => {
    const world = await freshRoom();
    await world.send(room, false, true);
    await world.connect(1000);
    world.disconnect();
    for (let n = 0; n < 30; n++) await world.send(room, false, true);
    await world.connect(1);
    world.cut();
    await world.send(room, false, true);
    await world.resume(1);
    expect(await store.read("archive.state", { account, archive: room })).not.toMatchObject({ missed: null });
    world.cut();
    await world.resume(1000);
    expect(await store.read("archive.state", { account, archive: room })).toMatchObject({ missed: null });
    expect(await store.read("chat.get", { account, jid: room })).toMatchObject({ unread: 31 });
    expect((await world.chat(room)).map(({ body }) => body)).toEqual(
      world.archive.map(({ message }) => bodyOf(message)),
    );
  });

  it("puts what a session without presence missed after its first copies, though no page has both", async () => {
    const world = await fresh();
    await world.send(peers[0]!, false, true);
    await world.connect(1000);
    await world.begin();
    await world.send(peers[0]!, true, true, "live");
    for (let n = 0; n < 2 * SERVER_PAGE; n++) {
      world.serverTime += 10;
      await world.send(peers[n % 2]!, false, true, "slow");
    }
    await world.resume(1000);
    await expectAll(world);
  });

  it("puts what is missed below a message that comes while its page is under way", async () => {
    const world = await fresh();
    await world.send(peers[0]!, false, true);
    await world.connect(1000);
    world.disconnect();
    for (let n = 0; n < 2 * SERVER_PAGE; n++) await world.send(peers[n % 2]!, false, true);
    const { page } = world.intents;
    let comes = true;
    world.intents.page = async (...query) => {
      const result = await page(...query);
      if (comes) {
        comes = false;
        await world.send(peers[0]!, false, true, "live");
      }
      return result;
    };
    await world.connect(1000);
    await expectAll(world);
  });

  it("ends on a server that archives live messages under other ids", async () => {
    const world = await fresh();
    for (let n = 0; n < 60; n++) await world.send(peers[n % 2]!, false, true);
    await world.connect(0);
    const ids = { messageId: "live", archiveId: "not archived" };
    await world.receive(textOf(peers[0]!, false, "only live", ids), null);
    let requests = 0;
    const { page } = world.intents;
    world.intents.page = (...query) => (requests++, page(...query));
    world.pagesLeft = 1000;
    await world.work();
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
    expect(requests).toBeLessThan(30);
    const { length } = [...(await world.chat(peers[0]!)), ...(await world.chat(peers[1]!))];
    expect(length).toBe(61);
    world.disconnect();
  });

  it("counts history as read on a new device, and shows it in the chat list", async () => {
    const world = await fresh();
    for (let n = 0; n < 11; n++) await world.send(peers[n % 2]!, n % 3 === 0, true);
    await world.connect(1000);
    await expectAll(world);
    const { chats } = await store.read("chats.page", { after: null, limit: 10 });
    expect(new Map(chats.map((chat) => [chat.jid, chat.unread]))).toEqual(new Map(peers.map((jid) => [jid, 0])));
  });

  it("counts missed messages as unread, from the first one on, and earlier ones not", async () => {
    const world = await fresh();
    await world.send(peers[0]!, false, true);
    await world.connect(1000);
    world.disconnect();
    for (let n = 0; n < 9; n++) {
      world.serverTime += 10;
      await world.send(peers[0]!, false, true);
    }
    await world.connect(1);
    expect(await store.read("chat.get", { account, jid: peers[0]! })).toMatchObject({ unread: SERVER_PAGE });
    world.pagesLeft = 1000;
    await world.work();
    const chat = await store.read("chat.get", { account, jid: peers[0]! });
    const messages = await world.chat(peers[0]!);
    expect(chat).toMatchObject({ unread: 9, firstUnread: messages[1]!.id });
    await expectAll(world);
  });

  it.each(["correct", "react"] as const)(
    "shows the last change, also if one that was missed in the same second is read later (%s)",
    async (change) => {
      const world = await fresh();
      const [bob] = peers as [BareJid];
      await world.send(bob, false, true);
      await world.connect(1000);
      world.disconnect();
      await world[change](bob, false, 0, "live");
      await world.connect(0);
      await world.send(bob, true, true);
      await world[change](bob, false, change === "react" ? 1 : 0, "live");
      world.pagesLeft = 1000;
      await world.work();
      await expectAll(world);
    },
  );

  it("keeps all of a page that reaches below the known messages, because it can be decrypted only once", async () => {
    const world = await fresh();
    const send = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await world.send(peers[0]!, false, true);
    };
    await send(16);
    await world.connect(1);
    world.disconnect();
    await send(SERVER_PAGE + 2);
    await world.connect(1000);
    await expectAll(world);
  });

  it("continues by time without duplicates after the archive has changed all its ids", async () => {
    const world = await fresh();
    for (let n = 0; n < 10; n++) {
      world.serverTime += 400;
      await world.send(peers[0]!, n % 2 === 0, n % 3 !== 0);
    }
    // Ten messages. The newest page is known when the archive changes; some messages have no id of their own.
    await world.connect(1);
    world.archive = world.archive.map((one) => ({ ...one, id: `new-${one.id}` }));
    world.pagesLeft = 1000;
    await world.work();
    await expectAll(world);
  });

  it("keeps an entry that makes its page fail as unreadable, and all others unchanged", async () => {
    const world = await fresh();
    for (let n = 0; n < 20; n++) await world.send(peers[0]!, false, true);
    world.failing.add(world.archive[9]!.id);
    await world.connect(1000);
    // It restarts by itself after each failure.
    await vi.waitFor(async () =>
      expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true }),
    );
    const bodies = world.archive.map(({ message }, at) => (at === 9 ? "" : bodyOf(message)));
    expect((await world.chat(peers[0]!)).map((one) => one.body)).toEqual(bodies);
    expect((await world.chat(peers[0]!))[9]!.protection).toEqual({ kind: "unreadable", reason: "not-handled" });
  });

  it("ends at the end of a purged archive, and keeps known messages", async () => {
    const world = await fresh();
    for (let n = 0; n < 12; n++) await world.send(peers[0]!, false, true);
    await world.connect(1000);
    world.disconnect();
    const before = (await world.chat(peers[0]!)).map((one) => one.body);
    world.archive = [];
    for (let n = 0; n < 5; n++) await world.send(peers[0]!, false, true);
    await world.connect(1000);
    expect((await world.chat(peers[0]!)).map((one) => one.body)).toEqual([
      ...before,
      ...world.archive.map((one) => bodyOf(one.message)),
    ]);
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
  });

  it.each([{ held: 3 }, { held: 0 }])(
    "counts messages that reach a new device before its presence as unread, and earlier ones not ($held held)",
    async ({ held }) => {
      const world = await fresh();
      for (let n = 0; n < held; n++) await world.send(peers[0]!, false, true);
      world.before = { id: world.archive.at(-1)?.id ?? null };
      for (let n = 0; n < 2; n++) await world.send(peers[0]!, false, true);
      await world.connect(1000);
      expect(await store.read("chat.get", { account, jid: peers[0]! })).toMatchObject({
        unread: 2,
        last: { text: `message ${held + 2}` },
      });
    },
  );

  it("reports nothing missing on a server without an archive", async () => {
    const world = await fresh();
    world.archives = false;
    await world.store.write({ op: "archive.open", args: { account, archive: null, now: START } });
    await world.receive(textOf(peers[0]!, false, "x"), null);
    const page = await readPage(store, world.back(peers[0]!), {
      account,
      jid: peers[0]!,
      before: Number.MAX_SAFE_INTEGER,
      limit: 5,
    });
    expect(page).toMatchObject({ messages: [{ body: "x" }], older: null, missing: false });
    expect(await world.catchUp.gap(peers[0]!, null)).toBeNull();
    world.archives = true;
    expect(await world.catchUp.gap(peers[0]!, null)).not.toBeNull();
  });

  it("ends on a broken server that always returns the same page", async () => {
    const world = await fresh();
    for (let n = 0; n < 6; n++) await world.send(peers[0]!, false, true);
    const page = world.intents.page;
    let asked = 0;
    world.intents.page = async (query) => {
      asked++;
      return { ...(await page({ ...query, before: null })), complete: false };
    };
    await world.connect(1000);
    expect(asked).toBeLessThan(5);
  });
});
