/**
 * Catching up against a server that is only a list: sessions that begin and are cut, messages that come live, late or
 * only through the archive, clocks that jump, users who scroll. However it went, in the end every chat holds every
 * message once, in the order of the archive.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import {
  account,
  bodyOf,
  own,
  peers,
  SERVER_PAGE,
  START,
  textOf,
  World,
  type Way,
} from "../../testing/archive-server.ts";
import { readPage, type Backwards } from "./pages.ts";

/** Of one chat, as `readPage` wants it. */
const back = (catchUp: World["catchUp"], jid: BareJid): Backwards => ({
  gap: (before) => catchUp.gap(jid, before),
  fill: (gap) => catchUp.fill(jid, gap),
});
type Step = (world: World) => Promise<void>;
const named = (name: string, run: Step): { name: string; run: Step } => ({ name, run });
const someone = fc.constantFrom(...peers);
const some = fc.array(fc.tuple(someone, fc.boolean(), fc.nat(1200), fc.constantFrom<Way>("live", "slow")), {
  maxLength: 4,
});
async function sendAll(world: World, messages: readonly [BareJid, boolean, number, Way][]): Promise<void> {
  for (const [chat, ours, later, way] of messages) {
    world.serverTime += later;
    await world.send(chat, ours, true, way);
  }
}
const step = fc.oneof(
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
    weight: 1,
    arbitrary: fc.tuple(someone, fc.integer({ min: 5, max: 14 })).map(([chat, count]) =>
      named(`${count} from ${chat} and to him`, (world) =>
        sendAll(
          world,
          Array.from({ length: count }, (_, n) => [chat, n % 3 === 0, 100, "live"]),
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
        `taken over, ${before.length} before, ${missed.length} meanwhile, ${pages ?? "cut before"} pages`,
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
          const page = await readPage(world.store, back(world.catchUp, jid), { account, jid, before, limit: 5 });
          if (page.older === null || page.older === before) break;
          before = page.older;
        } while (all);
      }),
    ),
  },
);

describe("catching up", () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-catch-up-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
    await fresh();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  async function fresh(keeps = false): Promise<World> {
    await store.write({ op: "account.remove", args: { account } });
    const presence = { show: "available" as const, status: "" };
    await store.write({
      op: "account.put",
      args: { id: account, jid: own, password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence },
    });
    return new World(store, keeps);
  }
  async function expectAll(world: World): Promise<void> {
    for (const jid of peers) {
      const archived = world.archive
        .filter((one) => one.message.conversation.jid === jid)
        .map(({ message }) => ({ from: message.author.address, body: bodyOf(message) }));
      const held = (await world.chat(jid)).map(({ from, body }) => ({ from, body }));
      // What comes from offline storage has its place by a stamp of whole seconds, so within a second what we wrote
      // elsewhere may stand on its other side; what each one said is always in order.
      const views = world.keeps ? [jid, own] : [null];
      for (const from of views) {
        const of = (list: typeof held) =>
          list.filter((one) => from === null || one.from === from).map((one) => one.body);
        expect(of(held)).toEqual(of(archived));
      }
      expect(held).toHaveLength(archived.length);
    }
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
  }

  it(
    "ends with every message once and in the order of the archive, however it went",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, keeps) => {
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

  it("is a new device's first: history counts as read, and shows in the list", async () => {
    const world = await fresh();
    for (let n = 0; n < 11; n++) await world.send(peers[n % 2]!, n % 3 === 0, true);
    await world.connect(1000);
    await expectAll(world);
    const { chats } = await store.read("chats.page", { after: null, limit: 10 });
    expect(new Map(chats.map((chat) => [chat.jid, chat.unread]))).toEqual(new Map(peers.map((jid) => [jid, 0])));
  });

  it("counts what was missed as unread, from the first of it on, and what was there before not", async () => {
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

  it("keeps all of a page that goes on below what is held: it can be decrypted only once", async () => {
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

  it("goes on by time, without a double, when the archive gave everything new names", async () => {
    const world = await fresh();
    for (let n = 0; n < 10; n++) {
      world.serverTime += 400;
      await world.send(peers[0]!, n % 2 === 0, n % 3 !== 0);
    }
    // Ten messages, of which the newest page is held when the archive changes; some have no id of their own.
    await world.connect(1);
    world.archive = world.archive.map((one) => ({ ...one, id: `new-${one.id}` }));
    world.pagesLeft = 1000;
    await world.work();
    await expectAll(world);
  });

  it("keeps an entry that makes its page fail as one that could not be read, and all the others as they are", async () => {
    const world = await fresh();
    for (let n = 0; n < 20; n++) await world.send(peers[0]!, false, true);
    world.failing.add(world.archive[9]!.id);
    await world.connect(1000);
    // It starts again by itself after each failure.
    await vi.waitFor(async () =>
      expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true }),
    );
    const bodies = world.archive.map(({ message }, at) => (at === 9 ? "" : bodyOf(message)));
    expect((await world.chat(peers[0]!)).map((one) => one.body)).toEqual(bodies);
    expect((await world.chat(peers[0]!))[9]!.protection).toEqual({ kind: "unreadable", reason: "not-handled" });
  });

  it("ends where a purged archive ends, and keeps what is held", async () => {
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
    "what comes to a new device before it is announced is unread, and what was there is not ($held held)",
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

  it("a server without an archive is not said to hold anything", async () => {
    const world = await fresh();
    world.archives = false;
    await world.store.write({ op: "archive.open", args: { account, archive: null, now: START } });
    await world.receive(textOf(peers[0]!, false, "x"), null);
    const page = await readPage(store, back(world.catchUp, peers[0]!), {
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

  it("a broken server that gives the same page for ever does not keep us busy", async () => {
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
