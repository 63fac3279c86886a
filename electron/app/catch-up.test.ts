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
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import type { Message } from "../../shared/model/message.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import type { Store } from "../store/contract.ts";
import { openStore } from "../store/open.ts";
import type { ArchiveEntry, IncomingMessage } from "../xmpp/events.ts";
import type { ArchiveIntents, ArchiveQuery } from "../xmpp/intents.ts";
import { NotConnected, StanzaError } from "../xmpp/ports.ts";
import { createCatchUp, type CatchUp } from "./catch-up.ts";
import { plain } from "./omemo/open.ts";
import { readPage } from "./pages.ts";

const account = "account00001" as AccountId;
const own = "me@example.org" as BareJid;
const peers = ["bob@example.org", "eve@example.org"] as BareJid[];
const SERVER_PAGE = 4;
const START = 1_700_000_000_000;

/** How a message gets to us: at once, or behind what is read of the archive. */
type Way = "live" | "slow";

interface Archived {
  id: string;
  at: number;
  message: IncomingMessage;
}

/** One server, one device. */
class World {
  archive: Archived[] = [];
  serverTime = START;
  /** What our clock is ahead of the server's. */
  skew = 0;
  online = false;
  /** Pages that the link still carries. */
  pagesLeft = Infinity;
  naming = 0;
  written = 0;
  catchUp: CatchUp;
  idle: Promise<void> = Promise.resolve();
  #settled: () => void = () => undefined;
  readonly store: Store;
  /** Archived, and on its way to us. */
  inFlight: IncomingMessage[] = [];
  /** The server has offline storage (XEP-0160) beside the archive. */
  readonly keeps: boolean;
  archives = true;
  /** What was newest in the archive before a session was announced. */
  before: { id: string | null } | null = null;
  kept: { message: IncomingMessage; at: number }[] = [];
  /**
   * The link is cut and the server keeps the session (XEP-0198). Silent: we had not said yet that we are there, so it
   * gets copies of what another device gets (XEP-0280), and nothing while that is away.
   */
  held: { silent: boolean; queue: { message: IncomingMessage; at: number }[] } | null = null;

  constructor(store: Store, keeps: boolean) {
    this.store = store;
    this.keeps = keeps;
    this.catchUp = createCatchUp(account, {
      store,
      open: { page: (entries, commit) => commit(entries.map(plain), []) },
      client: () => ({ archive: this.intents }),
      stored: () => undefined,
      arrived: () => undefined,
      progress: (messages) => {
        if (messages === null) this.#settled();
      },
      caughtUp: () => undefined,
      idle: () => undefined,
    });
  }

  readonly intents = {
    supported: async () => this.archives,
    newestBefore: async () => this.before,
    page: async ({ with: chat, before, until, max }: ArchiveQuery) => {
      if (!this.online || this.pagesLeft-- <= 0) throw new NotConnected();
      const all = this.archive.filter((one) => chat === undefined || one.message.chat === chat);
      const end = before === null ? all.length : all.findIndex((one) => one.id === before);
      if (end === -1) throw new StanzaError("item-not-found", "cancel", "");
      const fitting = all.slice(0, end).filter((one) => until === undefined || stamp(one.at) <= until);
      const page = fitting.slice(-Math.min(max, SERVER_PAGE));
      const entries = page.map((one): ArchiveEntry => ({ archiveId: one.id, stamp: stamp(one.at), content: { kind: "message", message: { ...one.message, archiveId: null } } }));
      return { entries, first: page[0]?.id ?? null, complete: page.length === fitting.length };
    },
  } as Partial<ArchiveIntents> as ArchiveIntents;

  get localTime(): number {
    return this.serverTime + this.skew;
  }

  /** The server takes a message; who is online gets it, too. */
  async send(chat: BareJid, ours: boolean, withId: boolean, way: Way = "live"): Promise<void> {
    const number = ++this.written;
    const id = `id-${number}`;
    const message: IncomingMessage = {
      chat,
      from: ours ? own : chat,
      fromResource: "",
      type: "chat",
      body: `message ${number}`,
      encrypted: null,
      stanzaIdAttribute: withId ? id : "",
      originId: null,
      archiveId: `${this.naming}-${number}`,
      delayedAt: null,
      asksReceipt: false,
      markable: false,
    };
    this.archive.push({ id: message.archiveId!, at: this.serverTime, message });
    if (this.held !== null) {
      if (!this.held.silent || way === "live") this.held.queue.push({ message, at: this.serverTime });
    } else if (this.online && way === "live") await this.deliver(message, null);
    else if (this.online) this.inFlight.push(message);
    else if (!ours && this.keeps) this.kept.push({ message, at: this.serverTime });
  }

  /** The stream brings things in order: what is under way comes first. */
  async deliver(message: IncomingMessage, delayedAt: number | null): Promise<void> {
    for (const one of this.inFlight.splice(0)) await this.receive(one, null);
    await this.receive(message, delayedAt);
  }


  async receive(message: IncomingMessage, delayedAt: number | null): Promise<void> {
    const { chat, from, body, stanzaIdAttribute, archiveId } = message;
    await this.store.write({
      op: "message.receive",
      args: {
        account, chat, from, body, archiveId,
        sentAt: delayedAt ?? this.localTime,
        delayed: delayedAt !== null,
        markable: false,
        originId: null,
        stanzaId: stanzaIdAttribute === "" ? null : stanzaIdAttribute,
        protection: { kind: "none" },
      },
    });
  }

  /** A session that does not continue the last. @param pages of the archive that get through before the link breaks */
  async connect(pages: number): Promise<void> {
    this.disconnect();
    this.online = true;
    this.pagesLeft = pages;
    await this.store.write({ op: "archive.open", args: { account, archive: null, now: this.localTime } });
    const kept = this.kept.splice(0);
    // Some of it is there before the archive was asked, the rest comes behind it.
    for (const { message, at } of kept.slice(0, kept.length / 2)) await this.deliver(message, stamp(at));
    await this.work();
    for (const { message, at } of kept.slice(kept.length / 2)) await this.deliver(message, stamp(at));
  }
  async work(): Promise<void> {
    this.idle = new Promise((resolve) => (this.#settled = resolve));
    this.catchUp.start();
    await this.idle;
  }
  /** A session that begins and is cut before we said that we are there. */
  async begin(): Promise<void> {
    // What offline storage gives then comes behind the copies, and nothing tells how they belong together.
    if (this.keeps) return;
    this.disconnect();
    await this.store.write({ op: "archive.open", args: { account, archive: null, now: this.localTime } });
    this.held = { silent: true, queue: [] };
  }
  cut(): void {
    if (!this.online) return;
    const queue = this.inFlight.map((message) => ({ message, at: this.serverTime }));
    this.disconnect();
    this.held = { silent: false, queue };
  }
  /** @param pages as for `connect` */
  async resume(pages: number): Promise<void> {
    if (this.held === null) return;
    const { silent, queue } = this.held;
    this.held = null;
    this.online = true;
    this.pagesLeft = pages;
    // The server stamps what it held back, but not what is inside a copy.
    for (const { message, at } of queue) await this.receive(message, silent || message.from === own ? null : stamp(at));
    await this.work();
  }
  disconnect(): void {
    this.held = null;
    this.online = false;
    this.inFlight = [];
    this.catchUp.stop();
  }

  async chat(jid: BareJid): Promise<Message[]> {
    return (await this.store.read("messages.page", { account, jid, before: null, limit: 100_000 })).messages;
  }
}

/** As servers stamp: whole seconds. */
const stamp = (at: number): number => Math.floor(at / 1000) * 1000;

type Step = (world: World) => Promise<void>;
const named = (name: string, run: Step): { name: string; run: Step } => ({ name, run });
const someone = fc.constantFrom(...peers);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(someone, fc.boolean(), fc.nat(1200), fc.constantFrom<Way>("live", "live", "slow")).map(([chat, ours, later, way]) =>
    named(`${ours ? "we, elsewhere, to" : "from"} ${chat} after ${later}, ${way}`, async (world) => {
      world.serverTime += later;
      await world.send(chat, ours, true, way);
    })) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, 3, 1000).map((pages) => named(`connect, ${pages} pages`, (world) => world.connect(pages))) },
  { weight: 1, arbitrary: fc.constant(named("cut", async (world) => world.disconnect())) },
  { weight: 1, arbitrary: fc.constant(named("begin and cut", (world) => world.begin())) },
  { weight: 1, arbitrary: fc.constant(named("cut, and the server waits", async (world) => world.cut())) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 1000).map((pages) => named(`resume, ${pages} pages`, (world) => world.resume(pages))) },
  { weight: 1, arbitrary: fc.constant(named("more pages", async (world) => {
    if (!world.online) return;
    world.pagesLeft = 2;
    await world.work();
  })) },
  { weight: 1, arbitrary: fc.integer({ min: -4_000_000, max: 4_000_000 }).map((skew) => named(`clock ${skew}`, async (world) => void (world.skew = skew))) },
  { weight: 1, arbitrary: fc.tuple(someone, fc.boolean()).map(([jid, all]) =>
    named(`scroll ${jid}`, async (world) => {
      world.pagesLeft = 1000;
      let before = Number.MAX_SAFE_INTEGER;
      do {
        const page = await readPage(world.store, world.catchUp, { account, jid, before, limit: 5 });
        if (page.older === null || page.older === before) break;
        before = page.older;
      } while (all);
    })) },
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
    await store.write({ op: "account.put", args: { id: account, jid: own, password: "x", enabled: true, advanced: {}, pinnedFingerprint: null, presence } });
    return new World(store, keeps);
  }
  async function expectAll(world: World): Promise<void> {
    for (const jid of peers) {
      const archived = world.archive.filter((one) => one.message.chat === jid).map(({ message }) => ({ from: message.from, body: message.body }));
      const held = (await world.chat(jid)).map(({ from, body }) => ({ from, body }));
      // What comes from offline storage has its place by a stamp of whole seconds, so within a second what we wrote
      // elsewhere may stand on its other side; what each one said is always in order.
      const views = world.keeps ? [jid, own] : [null];
      for (const from of views) {
        const of = (list: typeof held) => list.filter((one) => from === null || one.from === from).map((one) => one.body);
        expect(of(held)).toEqual(of(archived));
      }
      expect(held).toHaveLength(archived.length);
    }
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
  }

  it("ends with every message once and in the order of the archive, however it went", { timeout: 120_000 }, async () => {
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
  });

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

  it("ends where a purged archive ends, and keeps what is held", async () => {
    const world = await fresh();
    for (let n = 0; n < 12; n++) await world.send(peers[0]!, false, true);
    await world.connect(1000);
    world.disconnect();
    const before = (await world.chat(peers[0]!)).map((one) => one.body);
    world.archive = [];
    for (let n = 0; n < 5; n++) await world.send(peers[0]!, false, true);
    await world.connect(1000);
    expect((await world.chat(peers[0]!)).map((one) => one.body)).toEqual([...before, ...world.archive.map((one) => one.message.body)]);
    expect(await store.read("archive.state", { account, archive: null })).toMatchObject({ complete: true });
  });

  it.each([{ held: 3 }, { held: 0 }])("what comes to a new device before it is announced is unread, and what was there is not ($held held)", async ({ held }) => {
    const world = await fresh();
    for (let n = 0; n < held; n++) await world.send(peers[0]!, false, true);
    world.before = { id: world.archive.at(-1)?.id ?? null };
    for (let n = 0; n < 2; n++) await world.send(peers[0]!, false, true);
    await world.connect(1000);
    expect(await store.read("chat.get", { account, jid: peers[0]! })).toMatchObject({ unread: 2, last: { text: `message ${held + 2}` } });
  });

  it("a server without an archive is not said to hold anything", async () => {
    const world = await fresh();
    world.archives = false;
    await world.store.write({ op: "archive.open", args: { account, archive: null, now: START } });
    await world.receive({ chat: peers[0]!, from: peers[0]!, fromResource: "", type: "chat", body: "x", encrypted: null, stanzaIdAttribute: "", originId: null, archiveId: null, delayedAt: null, asksReceipt: false, markable: false }, null);
    const page = await readPage(store, world.catchUp, { account, jid: peers[0]!, before: Number.MAX_SAFE_INTEGER, limit: 5 });
    expect(page).toMatchObject({ messages: [{ body: "x" }], older: null, missing: false });
    expect(await world.catchUp.hole(peers[0]!, null)).toBeNull();
    world.archives = true;
    expect(await world.catchUp.hole(peers[0]!, null)).not.toBeNull();
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
