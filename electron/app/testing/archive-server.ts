/** A server that is only a list, and one device on it: for tests of catching up. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ArchiveEntry, Decrypted, Inbound } from "../../model/message.ts";
import type { Store } from "../../store/contract/index.ts";
import type { ArchiveIntents, ArchiveQuery } from "../../xmpp/intents.ts";
import { NotConnected, StanzaError } from "../../xmpp/stream.ts";
import { createCatchUp, FIRST_PAGE, type CatchUp } from "../messaging/archive/catch-up.ts";
import { inTheClear } from "../omemo/decrypt-one.ts";

export const account = "account00001" as AccountId;
export const own = "me@example.org" as BareJid;
export const peers = ["bob@example.org", "eve@example.org"] as BareJid[];
/** What the server gives at once, of a first page and of those behind it. */
export const SERVER_PAGE = 4;
const LARGER_PAGE = 9;
export const START = 1_700_000_000_000;

/** How a message gets to us: at once, or behind what is read of the archive. */
export type Way = "live" | "slow";

export interface Archived {
  id: string;
  at: number;
  message: Inbound;
}

/** A text in the chat of a contact. */
export const textOf = (jid: BareJid, ours: boolean, body: string, ids: Partial<Inbound["ids"]> = {}): Inbound => ({
  conversation: { jid, kind: "contact" },
  author: { outgoing: ours, address: ours ? own : jid, occupant: null, stay: null },
  ids: { messageId: null, originId: null, archiveId: null, ...ids },
  via: "live",
  at: null,
  encrypted: null,
  wishes: { receipt: null, marker: false },
  payload: { kind: "text", body },
});
export const bodyOf = ({ payload }: Inbound): string => (payload.kind === "text" ? payload.body : "");

/** One server, one device. */
export class World {
  archive: Archived[] = [];
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
      decrypt: { page: (entries, commit) => this.read(entries, commit) },
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

  /** The server takes a message; who is online gets it, too. */
  async send(chat: BareJid, ours: boolean, withId: boolean, way: Way = "live"): Promise<void> {
    const number = ++this.written;
    const id = `id-${number}`;
    const archiveId = `${this.naming}-${number}`;
    const message = textOf(chat, ours, `message ${number}`, { messageId: withId ? id : null, archiveId });
    this.archive.push({ id: archiveId, at: this.serverTime, message });
    const at = this.serverTime;
    if (this.held !== null) {
      if (!this.held.silent || way === "live") this.held.queue.push({ message, at });
    } else if (this.isAbsent && way === "live" && !this.keeps) await this.receive(message, null);
    else if (this.online && way === "live") await this.deliver(message, null);
    else if (this.online) this.inFlight.push(message);
    else if (!ours && this.keeps) this.kept.push({ message, at });
  }

  /** What is encrypted can be read once: a page whose text is not kept takes it away. */
  async read<R>(
    entries: readonly ArchiveEntry[],
    commit: (entries: ArchiveEntry<Decrypted>[], changes: []) => Promise<R>,
  ): Promise<R> {
    const of = entries.flatMap(({ inbound }) => inbound ?? []);
    const held = await this.store.read("messages.known", { account, of });
    const opened = entries.map(({ inbound, ...entry }, at) => ({
      ...entry,
      inbound: inbound === null || (this.opened.has(entry.archiveId) && held[at] === null) ? null : inTheClear(inbound),
    }));
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
    const inbound = inTheClear({ ...message, at: delayedAt });
    await this.store.write({ op: "inbound.take", args: { account, inbound, now: this.localTime } });
  }

  open = () => this.store.write({ op: "archive.open", args: { account, archive: null, now: this.localTime } });
  /** A session that does not continue the last. @param pages of the archive that get through before the link breaks */
  async connect(pages: number): Promise<void> {
    this.disconnect();
    this.online = true;
    this.pagesLeft = pages;
    await this.open();
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
    await this.open();
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
    await this.goOn(this.held);
    this.pagesLeft = pages;
    await this.work();
  }
  async goOn({ silent, queue }: NonNullable<World["held"]>): Promise<void> {
    this.held = null;
    this.online = true;
    // The server stamps what it held back, but not what is inside a copy.
    for (const { message, at } of queue)
      await this.receive(message, silent || message.author.outgoing ? null : stamp(at));
  }
  /**
   * The process died; the next one resumes the session, and is absent for a moment to hear who is there.
   * @param before sends what comes before the server knows that we are absent
   * @param meanwhile sends what comes in that moment
   * @param pages as for `connect`; null: the link breaks in that moment
   */
  async takeOver(before: () => Promise<void>, meanwhile: () => Promise<void>, pages: number | null): Promise<void> {
    if (this.held === null) return;
    await this.goOn(this.held);
    await this.open();
    await before();
    const { inFlight } = this;
    this.inFlight = [];
    for (const one of inFlight) await this.receive(one, null);
    this.online = false;
    this.isAbsent = true;
    await meanwhile();
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
export const stamp = (at: number): number => Math.floor(at / 1000) * 1000;
