/**
 * Private messages of a room that only the archive has, with a server that is only a list: messages come live, are
 * written here and on another device, and arrive while the archive is read. In the end each chat has every message
 * once, in the order of the archive.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { anyJid, type Jid } from "../../../../shared/jid.ts";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import type { ArchiveIntents, ArchiveQuery } from "../../../xmpp/intents.ts";
import { asPlaintext } from "../../omemo/decrypt-one.ts";
import { account, own, room } from "../../testing/archive-scene.ts";
import { stamp, START } from "../../testing/archive-server.ts";
import { createMissedPrivate } from "./missed-private.ts";

const occupants = ["Bob", "Carol"] as const;
type Occupant = (typeof occupants)[number];
type Author = "them" | "here" | "elsewhere";
const jidOf = (of: Occupant): Jid => anyJid(`${room}/${of}`);
const byOccupant = (nickname: string) => ({ nickname, occupantId: null, jid: null });

/** A server, and a device that has read its archive and is in the room. */
class World {
  readonly #store: Store;
  readonly #archive: { at: number; by: Author; message: Inbound }[] = [];
  /** Written here and not sent yet. */
  #waiting: { of: Occupant; body: string }[] = [];
  #written = 0;
  #time = START;
  /** What our clock is ahead of the server's, ms. */
  skew = 0;
  /** What the server does after it has answered, before the answer is stored. */
  #meanwhile: (() => Promise<void>)[] = [];
  #stored: () => void = () => undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async begin(): Promise<void> {
    await this.#store.write({ op: "archive.open", args: { account, archive: null, now: this.#now() } });
    const state = await this.#store.read("archive.state", { account, archive: null });
    const read = { span: state!.span, askedBefore: null, peer: null, entries: [], first: null, complete: true };
    const page = { account, archive: null, ...read, archiveChanged: false, newFrom: 0, changes: [], now: this.#now() };
    await this.#store.write({ op: "archive.page", args: page });
  }

  /** A message that this device did not write. It gets what the occupants write, live. */
  async send(of: Occupant, by: "them" | "elsewhere", later = 0): Promise<void> {
    this.#time += later;
    const message = this.#take(of, by, `${by} ${++this.#written}`);
    if (by === "elsewhere") return;
    const { inbound } = this.#entry(message);
    const args = { account, inbound: { ...asPlaintext(inbound!), via: "live" as const, at: null }, now: this.#now() };
    await this.#store.write({ op: "inbound.take", args });
  }

  async write(of: Occupant, later = 0): Promise<void> {
    this.#time += later;
    const body = `here ${++this.#written}`;
    const conversation = { jid: jidOf(of), kind: "private" as const };
    const draft = { kind: "text" as const, conversation, body, encryption: "none" as const, for: byOccupant(of) };
    await this.#store.write({ op: "outbox.queue", args: { account, originId: body, now: this.#now(), draft } });
    this.#waiting.push({ of, body });
  }

  async sendWaiting(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    for (const { of, body } of waiting) this.#take(of, "here", body);
    await this.#store.write({ op: "outbox.acked", args: { account, originIds: waiting.map(({ body }) => body) } });
  }

  /** Searches the archive. @param meanwhile happens after the last answer */
  async look(...meanwhile: (() => Promise<void>)[]): Promise<void> {
    if (this.#archive.length === 0) return;
    this.#meanwhile = meanwhile;
    const stored = new Promise<void>((resolve) => (this.#stored = resolve));
    const missed = createMissedPrivate(account, {
      store: this.#store,
      client: () => ({ archive: this.#intents }),
      decrypt: {
        page: async (entries, commit) => {
          for (const step of this.#meanwhile.splice(0)) await step();
          this.#now();
          const decrypted = entries.map((one) => ({ ...one, inbound: asPlaintext(one.inbound!) }));
          const result = await commit(decrypted, []);
          this.#stored();
          return result;
        },
      },
      stored: () => undefined,
    });
    missed.caughtUp();
    missed.entered(room);
    await stored;
  }

  readonly #intents = {
    supported: async () => true,
    page: async ({ before, max }: ArchiveQuery) => {
      const end = before === null ? this.#archive.length : Number(before);
      const first = Math.max(0, end - max);
      const entries = this.#archive.slice(first, end).map((one) => this.#entry(one));
      return { entries, first: entries[0]?.archiveId ?? null, complete: first === 0 };
    },
  } as Partial<ArchiveIntents> as ArchiveIntents;

  #take(of: Occupant, by: Author, body: string) {
    const message: Inbound = {
      conversation: { jid: jidOf(of), kind: "private" },
      author: {
        outgoing: by !== "them",
        address: by === "them" ? room : own,
        occupant: byOccupant(of),
        occupancy: null,
      },
      ids: { messageId: body, originId: body, archiveId: String(this.#archive.length) },
      via: "archive",
      at: null,
      encrypted: null,
      wishes: { receipt: null, marker: false },
      payload: { kind: "text", body },
    };
    const taken = { at: this.#time, by, message };
    this.#archive.push(taken);
    return taken;
  }

  #entry({ at, message }: { at: number; message: Inbound }): ArchiveEntry {
    return { archiveId: message.ids.archiveId!, stamp: stamp(at), inbound: { ...message, at: stamp(at) } };
  }

  #now(): number {
    vi.setSystemTime(this.#time + this.skew);
    return Date.now();
  }

  /** A message that was written here stays where it was written. */
  async expectOrder(): Promise<void> {
    for (const of of occupants) {
      const query = { account, jid: jidOf(of), before: null, limit: 1000 };
      const bodies = (await this.#store.read("messages.page", query)).messages.map(({ body }) => body);
      const sent = this.#archive
        .filter(({ message }) => message.conversation.jid === jidOf(of))
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
  await world.begin();
  return world;
}

it("places one after those that the last search placed behind a message written here", async () => {
  const world = await fresh();
  await world.send("Bob", "them");
  await world.write("Bob");
  await world.send("Bob", "elsewhere", 5000);
  await world.sendWaiting();
  await world.look();
  await world.send("Bob", "elsewhere");
  await world.look();
  await world.expectOrder();
});
