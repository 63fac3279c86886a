/**
 * A server that is only a list, and one device on it: for tests of catching up. What comes in is received as in the
 * program, and its clock is that of `Date`, which the tests must fake.
 */
import { vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { ArchiveEntry, Decrypted, Inbound } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import type { Store, StoredRoom } from "../../store/contract/index.ts";
import type { ArchiveIntents, ArchiveQuery } from "../../xmpp/intents.ts";
import { NotConnected, StanzaError } from "../../xmpp/stream.ts";
import { createCatchUp, FIRST_PAGE, type CatchUp } from "../messaging/archive/catch-up.ts";
import type { Backwards } from "../messaging/archive/pages.ts";
import { createRoomArchive, type RoomArchive } from "../messaging/archive/room-archives.ts";
import { receive } from "../messaging/receive.ts";
import { createRules } from "../messaging/rules/index.ts";
import type { Decrypt } from "../omemo/decrypt.ts";
import { asPlaintext } from "../omemo/decrypt-one.ts";
import {
  account,
  correct,
  newText,
  own,
  room,
  type Archived,
  type Held,
  type Scene,
  type Taken,
  type Way,
} from "./archive-scene.ts";
import { OwnOutbox } from "./own-outbox.ts";

/** What the server gives at once, of a first page and of those behind it. */
export const SERVER_PAGE = 4;
const LARGER_PAGE = 9;
export const START = 1_700_000_000_000;

/** A text in the chat of a contact. */
export const textOf = (jid: BareJid, ours: boolean, body: string, ids: Partial<Inbound["ids"]> = {}): Inbound => ({
  conversation: { jid, kind: "contact" },
  author: { outgoing: ours, address: ours ? own : jid, occupant: null, occupancy: null },
  ids: { messageId: null, originId: null, archiveId: null, ...ids },
  via: "live",
  at: null,
  encrypted: null,
  wishes: { receipt: null, marker: false },
  payload: { kind: "text", body },
});
/** A text in the room, of Ann or of ourselves. */
export const saidIn = (ours: boolean, body: string, ids: Partial<Inbound["ids"]> = {}): Inbound => ({
  ...textOf(room, ours, body, ids),
  conversation: { jid: room, kind: "room" },
  author: {
    outgoing: ours,
    address: room,
    occupant: { nickname: ours ? "me" : "ann", occupantId: ours ? "o-me" : "o-ann", jid: null },
    occupancy: null,
  },
});
const EMOJI = ["👍", "🎉", "", "❤️"] as const;

export const bodyOf = ({ payload }: Inbound): string => (payload.kind === "text" ? payload.body : "");

const stored = { jid: room, name: "Tea", nickname: "me", notify: "all" } as StoredRoom;
const rules = createRules({
  contacts: { nameOf: String },
  rooms: {
    get: (jid: BareJid) => (jid === room ? stored : null),
    notices: { messageReceived: () => undefined },
    encryption: { messageFrom: async () => undefined },
    doubt: () => undefined,
  } as never,
});

/** One server, one device. */
export class World implements Scene {
  archive: Archived[] = [];
  readonly texts: Held[] = [];
  serverTime = START;
  /** What our clock is ahead of the server's. */
  skew = 0;
  online = false;
  /** We said that we are not there: of what comes only copies of what another device gets reach us (XEP-0280). */
  isAbsent = false;
  /** Pages that the link still carries. */
  pagesLeft = Infinity;
  naming = 0;
  written = 0;
  /** Archive ids of what was decrypted. */
  readonly opened = new Set<string>();
  /** Archive ids of what makes the page that holds it fail. */
  readonly failing = new Set<string>();
  catchUp: CatchUp;
  idle: Promise<void> = Promise.resolve();
  #settled: () => void = () => undefined;
  readonly store: Store;
  /** Archived, and on its way to us. */
  inFlight: Inbound[] = [];
  /** The server has offline storage (XEP-0160) beside the archive. */
  readonly keeps: boolean;
  /** When our clock showed the end of the last session that was cut. */
  heardAt = 0;
  archives = true;
  /** What was newest in the archive before a session was announced. */
  before: { id: string | null } | null = null;
  kept: { message: Inbound; at: number }[] = [];
  /**
   * The link is cut and the server keeps the session (XEP-0198). Silent: we had not said yet that we are there, so it
   * gets copies of what another device gets (XEP-0280), and nothing while that is away.
   */
  held: { silent: boolean; queue: { message: Inbound; at: number }[] } | null = null;

  constructor(store: Store, keeps: boolean) {
    this.store = store;
    this.keeps = keeps;
    this.catchUp = createCatchUp(account, {
      store,
      decrypt: this.decrypt,
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
      const all = this.archive.filter((one) => chat === undefined || one.message.conversation.jid === chat);
      const end = before === null ? all.length : all.findIndex((one) => one.id === before);
      if (end === -1) throw new StanzaError("item-not-found", "cancel", "");
      const fitting = all.slice(0, end).filter((one) => until === undefined || stamp(one.at) <= until);
      const page = fitting.slice(-Math.min(max, max > FIRST_PAGE ? LARGER_PAGE : SERVER_PAGE));
      const entries = page.map((one): ArchiveEntry => ({
        archiveId: one.id,
        stamp: stamp(one.at),
        inbound: { ...one.message, via: "archive", at: stamp(one.at) },
      }));
      return { entries, first: page[0]?.id ?? null, complete: page.length === fitting.length };
    },
  } as Partial<ArchiveIntents> as ArchiveIntents;

  get localTime(): number {
    return this.serverTime + this.skew;
  }

  /** The server takes a text; who is online gets it, too. */
  async send(chat: BareJid, ours: boolean, withId: boolean, way: Way = "live"): Promise<void> {
    const body = `message ${this.texts.length + 1}`;
    const { messageId, archiveId } = this.nextIds(withId);
    const by = ours ? ("elsewhere" as const) : ("them" as const);
    this.texts.push(newText({ chat, by, messageId, archiveId, body }));
    await this.take({ chat, ours, way, ids: { messageId, archiveId } }, { kind: "text", body });
  }

  /** @param back which of the newest texts that the author has written here; nothing happens if there is none */
  async correct(chat: BareJid, ours: boolean, back: number, way: Way): Promise<void> {
    const by = ours ? "elsewhere" : "them";
    const of = this.texts.filter((one) => one.chat === chat && one.by === by).at(-1 - back);
    if (of === undefined || of.messageId === null) return;
    correct(of);
    const ids = this.nextIds(true);
    await this.take({ chat, ours, way, ids }, { kind: "text", body: of.body, replaces: of.messageId });
  }

  /** Changes the reactions of somebody. @param back which of the newest texts; nothing happens if there is none */
  async react(chat: BareJid, ours: boolean, back: number, way: Way): Promise<void> {
    const of = this.texts.filter((one) => one.chat === chat && one.archiveId !== null).at(-1 - back);
    if (ours && of !== undefined && this.texts.indexOf(of) % 2 === 1) return;
    const target = chat === room ? of?.archiveId : of?.messageId;
    if (of === undefined || target === undefined || target === null) return;
    const who = ours ? "ours" : "theirs";
    const emoji = EMOJI[(EMOJI.indexOf(of.reactions[who] as "") + 1) % EMOJI.length]!;
    of.reactions[who] = emoji;
    const ids = this.nextIds(true);
    await this.take({ chat, ours, way, ids }, { kind: "reaction", target, emoji: emoji === "" ? [] : [emoji] });
  }

  nextIds(withId: boolean): { messageId: string | null; archiveId: string } {
    const number = ++this.written;
    return { messageId: withId ? `id-${number}` : null, archiveId: `${this.naming}-${number}` };
  }

  async take({ chat, ours, way, ids, isHere }: Taken, payload: Payload): Promise<void> {
    const text = chat === room ? saidIn(ours, "", ids) : textOf(chat, ours, "", ids);
    const message = { ...text, payload };
    this.archive.push({ id: ids.archiveId, at: this.serverTime, message });
    if (isHere === true && chat !== room) return;
    const at = this.serverTime;
    if (this.held !== null) {
      if (!this.held.silent || way === "live") this.held.queue.push({ message, at });
    } else if (this.isAbsent && way === "live" && !this.keeps) await this.receive(message, null);
    else if (this.online && way === "live") await this.deliver(message, null);
    else if (this.online) this.inFlight.push(message);
    else if (!ours && this.keeps) this.kept.push({ message, at });
  }

  /** What is encrypted can be read once: a page, or a message, whose text is not kept takes it away. */
  readonly decrypt: Decrypt = {
    message: async (inbound, commit) => {
      const [opened] = await this.opening([{ archiveId: inbound.ids.archiveId!, stamp: 0, inbound }]);
      const result = await commit(opened!.inbound, []);
      this.opened.add(inbound.ids.archiveId!);
      return result;
    },
    page: (entries, commit) => this.read(entries, commit),
  };
  async opening(entries: readonly ArchiveEntry[]): Promise<ArchiveEntry<Decrypted>[]> {
    const of = entries.flatMap(({ inbound }) => inbound ?? []);
    const held = await this.store.read("messages.known", { account, of });
    return entries.map(({ inbound, ...entry }, at) => ({
      ...entry,
      inbound:
        // Reactions are never encrypted (OMEMO 0.3), so they can be read again.
        inbound === null ||
        (inbound.payload.kind !== "reaction" && this.opened.has(entry.archiveId) && held[at] === null)
          ? null
          : asPlaintext(inbound),
    }));
  }
  async read<R>(
    entries: readonly ArchiveEntry[],
    commit: (entries: ArchiveEntry<Decrypted>[], changes: []) => Promise<R>,
  ): Promise<R> {
    const of = entries.flatMap(({ inbound }) => inbound ?? []);
    const opened = await this.opening(entries);
    if (of.some(({ ids, payload }) => this.failing.has(ids.archiveId!) && payload.kind !== "unreadable"))
      throw new TypeError("a bug");
    const result = await commit(opened, []);
    for (const { archiveId } of entries) this.opened.add(archiveId);
    return result;
  }

  /** The stream brings things in order: what is under way comes first. */
  async deliver(message: Inbound, delayedAt: number | null): Promise<void> {
    for (const one of this.inFlight.splice(0)) await this.receive(one, null);
    await this.receive(message, delayedAt);
  }

  async receive(message: Inbound, delayedAt: number | null): Promise<void> {
    this.tick();
    const event = { type: "inbound" as const, inbound: { ...message, at: delayedAt } };
    await receive(account, event, {
      store: this.store,
      checkpoint: () => undefined,
      notifications: { message: () => undefined } as never,
      receipts: { arrived: () => undefined },
      encryption: { decrypt: this.decrypt },
      outbox: { bounced: () => Promise.reject(new Error("nothing comes back")) },
      heard: () => undefined,
      invited: () => Promise.reject(new Error("nobody invites")),
      rules,
      changed: () => undefined,
    });
  }
  /** What the server held back for a session has its time, limited by our clock: see `delayed-delivery.ts`. */
  heldBackAt(at: number): number {
    return Math.min(Math.max(stamp(at), this.heardAt), this.localTime);
  }
  /** Our clock shows what it shows now. */
  tick(): void {
    vi.setSystemTime(this.localTime);
  }

  /** Whose archive is caught up with; null: our own. */
  readonly archiveOf: BareJid | null = null;
  open = () =>
    this.store.write({ op: "archive.open", args: { account, archive: this.archiveOf, now: this.localTime } });
  readonly outbox = new OwnOutbox(this);
  /** Of one chat, as `readPage` wants it. */
  back(jid: BareJid): Backwards {
    return { gap: (before) => this.catchUp.gap(jid, before), fill: (gap) => this.catchUp.fill(jid, gap) };
  }
  /** A session that does not continue the last. @param pages of the archive that get through before the link breaks */
  async connect(pages: number): Promise<void> {
    this.disconnect();
    this.online = true;
    this.pagesLeft = pages;
    await this.open();
    const isEarly = this.written % 2 === 0;
    if (isEarly) await this.outbox.flush();
    const kept = this.kept.splice(0);
    // Some of it is there before the archive was asked, the rest comes behind it.
    for (const { message, at } of kept.slice(0, kept.length / 2)) await this.deliver(message, stamp(at));
    await this.work();
    for (const { message, at } of kept.slice(kept.length / 2)) await this.deliver(message, stamp(at));
    await this.outbox.flush();
  }
  async work(): Promise<void> {
    this.tick();
    this.idle = new Promise((resolve) => (this.#settled = resolve));
    this.catchUp.start();
    await this.idle;
  }
  /** A session that begins and is cut before we said that we are there. */
  async begin(): Promise<void> {
    // What offline storage gives then comes behind the copies, and nothing tells how they belong together.
    if (this.keeps) return;
    this.disconnect();
    await this.open();
    this.held = { silent: true, queue: [] };
  }
  cut(): void {
    if (!this.online) return;
    const queue = this.inFlight.map((message) => ({ message, at: this.serverTime }));
    this.heardAt = this.localTime;
    this.lose();
    this.held = { silent: false, queue };
  }
  /** @param pages as for `connect` */
  async resume(pages: number): Promise<void> {
    if (this.held === null) return;
    await this.goOn(this.held);
    this.pagesLeft = pages;
    await this.work();
    await this.outbox.flush();
  }
  async goOn({ silent, queue }: NonNullable<World["held"]>): Promise<void> {
    this.held = null;
    this.online = true;
    for (const { message, at } of queue) await this.receive(message, silent ? null : this.heldBackAt(at));
    await this.outbox.resumed();
  }
  /**
   * The process died; the next one resumes the session, and is absent for a moment to hear who is there.
   * @param before sends what comes before the server knows that we are absent
   * @param whileAbsent sends what arrives in that moment
   * @param pages as for `connect`; null: the link breaks in that moment
   */
  async takeOver(before: () => Promise<void>, whileAbsent: () => Promise<void>, pages: number | null): Promise<void> {
    if (this.held === null) return;
    await this.goOn(this.held);
    await this.open();
    await before();
    const { inFlight } = this;
    this.inFlight = [];
    for (const one of inFlight) await this.receive(one, null);
    this.online = false;
    this.isAbsent = true;
    await whileAbsent();
    // With offline storage: see `begin`.
    if (pages === null && !this.keeps) {
      this.isAbsent = false;
      this.held = { silent: true, queue: [] };
      return;
    }
    await this.open();
    this.isAbsent = false;
    this.online = true;
    for (const { message, at } of this.kept.splice(0)) await this.deliver(message, stamp(at));
    this.pagesLeft = pages ?? 0;
    await this.work();
  }
  disconnect(): void {
    this.outbox.ended();
    this.lose();
  }
  /** The link is gone; the session may continue. */
  lose(): void {
    this.held = null;
    this.online = false;
    this.inFlight = [];
    this.catchUp.stop();
  }

  async chat(jid: BareJid): Promise<Message[]> {
    return (await this.store.read("messages.page", { account, jid, before: null, limit: 100_000 })).messages;
  }
}

/** One device, and a room with an archive, which it enters with every session. */
export class RoomWorld extends World {
  override readonly archiveOf = room;
  readonly rooms: RoomArchive;
  /** The session was cut before we entered. */
  isBegun = false;

  constructor(store: Store) {
    super(store, false);
    this.rooms = createRoomArchive(account, {
      store,
      client: () => ({ rooms: { page: (_: BareJid, query: ArchiveQuery) => this.intents.page(query) } }) as never,
      stored: () => undefined,
      caughtUp: () => undefined,
      isIn: () => this.online,
      nickname: () => "me",
      decrypt: this.decrypt,
      membersKnown: async () => undefined,
    });
  }

  override back(): Backwards {
    return { gap: (before) => this.rooms.gap(room, before), fill: () => this.rooms.fill(room) };
  }
  override async work(): Promise<void> {
    this.tick();
    await this.rooms.catchUp(room);
  }
  override async begin(): Promise<void> {
    this.disconnect();
    this.isBegun = true;
  }
  override async resume(pages: number): Promise<void> {
    if (this.isBegun) return this.connect(pages);
    if (this.held === null) return;
    await this.goOn(this.held);
    this.pagesLeft = pages;
    this.tick();
    await this.rooms.goOn(room);
    await this.outbox.flush();
  }
  /** In a room a time that the stream brings says nothing once we are in. */
  override async goOn({ queue }: NonNullable<World["held"]>): Promise<void> {
    this.held = null;
    this.online = true;
    for (const { message } of queue) await this.receive(message, null);
    await this.outbox.resumed();
  }
  /** What comes to the new process before it enters is nothing to it: it is in no room yet. */
  override async takeOver(
    before: () => Promise<void>,
    whileAbsent: () => Promise<void>,
    pages: number | null,
  ): Promise<void> {
    if (this.held === null) return;
    this.disconnect();
    await before();
    if (pages === null) return;
    this.tick();
    await this.open();
    this.online = true;
    await whileAbsent();
    this.pagesLeft = pages;
    await this.work();
    await this.outbox.flush();
  }
  override lose(): void {
    this.isBegun = false;
    this.held = null;
    this.online = false;
    this.inFlight = [];
  }
}

/** As servers stamp: whole seconds. */
export const stamp = (at: number): number => Math.floor(at / 1000) * 1000;
