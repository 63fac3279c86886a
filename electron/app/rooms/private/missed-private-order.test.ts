/**
 * Private messages of a room that only the archive has, with a server that is only a list: messages come live, are
 * written here and on another device, and arrive while the archive is read. In the end each chat has every message
 * once, in the order of the archive.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { anyJid, isFull, toBare, type BareJid, type Jid } from "../../../../shared/jid.ts";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import type { ArchiveIntents, ArchiveQuery } from "../../../xmpp/intents.ts";
import { createCatchUp } from "../../messaging/archive/catch-up.ts";
import type { Decrypt } from "../../omemo/decrypt.ts";
import { asPlaintext } from "../../omemo/decrypt-one.ts";
import { account, own, peers, room } from "../../testing/archive-scene.ts";
import { SERVER_PAGE, stamp, START } from "../../testing/archive-server.ts";
import { createMissedPrivate } from "./missed-private.ts";

const chats = [anyJid(`${room}/Bob`), anyJid(`${room}/Carol`), peers[0]!] as const;
type Author = "them" | "here" | "elsewhere";
type Step = (world: World) => Promise<void>;
const occupantOf = (chat: Jid) => ({ nickname: chat.split("/")[1]!, occupantId: null, jid: null });

/** A server with one archive, and one device, whose archive begins empty. */
class World {
  readonly #store: Store;
  readonly #archive: { at: number; message: Inbound }[] = [];
  /** Written here and not sent yet. */
  #waiting: { chat: Jid; body: string }[] = [];
  /** Sent to us and not received yet, in order. */
  #inFlight: Inbound[] = [];
  #isOnline = false;
  #written = 0;
  #time = START;
  /** What our clock is ahead of the server's, ms. */
  skew = 0;
  /** What happens between the answer of the server and its storing. */
  #afterwards: Step[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async connect(): Promise<void> {
    this.disconnect();
    this.#isOnline = true;
    await this.#store.write({ op: "archive.open", args: { account, archive: null, now: this.#now() } });
    await new Promise<void>((resolve) => {
      const catchUp = createCatchUp(account, {
        store: this.#store,
        decrypt: this.#decrypt,
        client: () => ({ archive: this.#intents }),
        stored: () => undefined,
        arrived: () => undefined,
        progress: () => undefined,
        caughtUp: () => undefined,
        idle: resolve,
      });
      catchUp.start();
    });
    await this.look();
    await this.sendWaiting();
  }
  disconnect(): void {
    this.#isOnline = false;
    this.#inFlight = [];
  }

  /** A message that this device did not write. */
  async send(chat: Jid, by: "them" | "elsewhere", later = 0, isSlow = false): Promise<void> {
    this.#time += later;
    const message = this.#take(chat, by, `${by} ${++this.#written}`);
    if (!this.#isOnline || (by === "elsewhere" && isFull(chat))) return;
    this.#inFlight.push(message);
    if (!isSlow) await this.receive();
  }
  async receive(): Promise<void> {
    for (const message of this.#inFlight.splice(0)) {
      const inbound = { ...asPlaintext(message), via: "live" as const, at: null };
      await this.#store.write({ op: "inbound.take", args: { account, inbound, now: this.#now() } });
    }
  }

  async write(chat: Jid, later = 0): Promise<void> {
    this.#time += later;
    const body = `here ${++this.#written}`;
    const of = isFull(chat)
      ? { kind: "private" as const, for: occupantOf(chat) }
      : { kind: "contact" as const, for: null };
    const conversation = { jid: chat, kind: of.kind };
    const draft = { kind: "text" as const, conversation, body, encryption: "none" as const, for: of.for };
    await this.#store.write({ op: "outbox.queue", args: { account, originId: body, now: this.#now(), draft } });
    this.#waiting.push({ chat, body });
  }
  async sendWaiting(): Promise<void> {
    if (!this.#isOnline) return;
    const waiting = this.#waiting.splice(0);
    for (const { chat, body } of waiting) this.#take(chat, "here", body);
    await this.#store.write({ op: "outbox.acked", args: { account, originIds: waiting.map(({ body }) => body) } });
  }

  /** Searches for missed private messages. @param afterwards steps after the last answer */
  async look(...afterwards: Step[]): Promise<void> {
    if (!this.#isOnline || !this.#archive.some(({ message }) => isFull(message.conversation.jid))) return;
    this.#afterwards = afterwards;
    await new Promise<void>((resolve) => {
      const page: Decrypt["page"] = async (entries, commit) => {
        for (const step of this.#afterwards.splice(0)) await step(this);
        const result = await this.#decrypt.page(entries, commit);
        resolve();
        return result;
      };
      const missed = createMissedPrivate(account, {
        store: this.#store,
        client: () => ({ archive: this.#intents }),
        decrypt: { page },
        stored: () => undefined,
      });
      missed.caughtUp();
      missed.entered(room);
    });
  }

  readonly #decrypt: Pick<Decrypt, "page"> = {
    page: (entries, commit) => {
      this.#now();
      const decrypted = entries.map((one) => ({ ...one, inbound: asPlaintext(one.inbound!) }));
      return commit(decrypted, []);
    },
  };

  readonly #intents = {
    supported: async () => true,
    newestBefore: async () => null,
    page: async ({ with: of, before, max }: ArchiveQuery) => {
      const all = this.#archive.filter(({ message }) => of === undefined || toBare(message.conversation.jid) === of);
      const end = before === null ? all.length : all.findIndex(({ message }) => message.ids.archiveId === before);
      const first = Math.max(0, end - Math.min(max, SERVER_PAGE));
      const entries = all.slice(first, end).map(({ at, message }): ArchiveEntry => ({
        archiveId: message.ids.archiveId!,
        stamp: stamp(at),
        inbound: { ...message, at: stamp(at) },
      }));
      return { entries, first: entries[0]?.archiveId ?? null, complete: first === 0 };
    },
  } as Partial<ArchiveIntents> as ArchiveIntents;

  #take(chat: Jid, by: Author, body: string): Inbound {
    const isPrivate = isFull(chat);
    const theirs = isPrivate ? room : (chat as BareJid);
    const occupant = isPrivate ? occupantOf(chat) : null;
    const message: Inbound = {
      conversation: { jid: chat, kind: isPrivate ? "private" : "contact" },
      author: { outgoing: by !== "them", address: by === "them" ? theirs : own, occupant, occupancy: null },
      ids: { messageId: body, originId: body, archiveId: `a-${this.#archive.length}` },
      via: "archive",
      at: null,
      encrypted: null,
      wishes: { receipt: null, marker: false },
      payload: { kind: "text", body },
    };
    this.#archive.push({ at: this.#time, message });
    return message;
  }

  #now(): number {
    vi.setSystemTime(this.#time + this.skew);
    return Date.now();
  }

  /** A message that was written here stays where it was written. */
  async expectOrder(): Promise<void> {
    for (const chat of chats) {
      const query = { account, jid: chat, before: null, limit: 1000 };
      const bodies = (await this.#store.read("messages.page", query)).messages.map(({ body }) => body);
      const sent = this.#archive
        .filter(({ message }) => message.conversation.jid === chat)
        .map(({ message: { payload } }) => (payload.kind === "text" ? payload.body : ""));
      const isOfOthers = (body: string): boolean => !body.startsWith("here");
      expect(bodies.filter(isOfOthers)).toEqual(sent.filter(isOfOthers));
      expect(bodies.toSorted()).toEqual(sent.toSorted());
    }
  }
}

let folder: string;
let store: Store;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  folder = await mkdtemp(join(tmpdir(), "jackdaw-private-"));
  store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  await rm(folder, { recursive: true });
});
async function fresh(): Promise<World> {
  const presence = { show: "available" as const, status: "" };
  const login = { jid: own, password: "x", enabled: true, advanced: {}, pinnedFingerprint: null };
  await store.write({ op: "account.remove", args: { account } });
  await store.write({ op: "account.put", args: { id: account, ...login, presence } });
  const world = new World(store);
  await world.connect();
  return world;
}

it("places one after those that the last search placed behind a message written here", async () => {
  const [bob] = chats;
  const world = await fresh();
  await world.send(bob, "them");
  await world.write(bob);
  await world.send(bob, "elsewhere", 5000);
  await world.sendWaiting();
  await world.look();
  await world.send(bob, "elsewhere");
  await world.look();
  await world.expectOrder();
});

const named = (name: string, run: Step): { name: string; run: Step } => ({ name, run });
const sending = fc
  .tuple(fc.constantFrom(...chats), fc.constantFrom<Author>("them", "here", "elsewhere"), fc.nat(1200), fc.boolean())
  .map(([chat, by, later, isSlow]) =>
    named(`${by} in ${chat} after ${later}${isSlow ? ", slow" : ""}`, (world) =>
      by === "here" ? world.write(chat, later) : world.send(chat, by, later, isSlow),
    ),
  );
const connecting = fc.constant(named("connect", (world) => world.connect()));
const step = fc.oneof(
  { weight: 10, arbitrary: sending },
  { weight: 2, arbitrary: fc.constant(named("send", (world) => world.sendWaiting())) },
  { weight: 2, arbitrary: fc.constant(named("receive", (world) => world.receive())) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof({ weight: 4, arbitrary: sending }, { weight: 1, arbitrary: connecting }), { maxLength: 3 })
      .map((steps) =>
        named(`look, then [${steps.map(({ name }) => name).join("; ")}]`, (world) =>
          world.look(...steps.map(({ run }) => run)),
        ),
      ),
  },
  { weight: 1, arbitrary: connecting },
  { weight: 1, arbitrary: fc.constant(named("cut", async (world) => world.disconnect())) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: -4_000_000, max: 4_000_000 })
      .map((skew) => named(`clock ${skew}`, async (world) => void (world.skew = skew))),
  },
);

it(
  "ends with every private message once and in the order of the archive, whatever happened",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = await fresh();
        for (const { run } of steps) await run(world);
        await world.connect();
        await world.look();
        await world.expectOrder();
      }),
      { numRuns: Number(process.env["RUNS"] ?? 60) },
    );
  },
);
