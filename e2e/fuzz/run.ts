/**
 * A run of the fuzzer: batches of changed stanzas go through the whole core, and after each batch a friend's honest message
 * must arrive, every stanza be counted, and everything that a window may read fit the contract. What fails is looked for
 * stanza by stanza, made smaller and kept; the run goes on.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChance } from "../faults/chance.ts";
import { createAnswering } from "./answers.ts";
import { action, readings, type Call } from "./commands.ts";
import { Correspondent } from "./envelopes.ts";
import { causeOf, createFindings, keepEvidence, uncaught, type Finding, type Kind } from "./findings.ts";
import { createHeap } from "./heap.ts";
import { createMutator } from "./mutate.ts";
import { createFiller, DOMAIN, FRIEND, FULL_JID, ME, NICKNAME, PEOPLE, ROOMS } from "./names.ts";
import { FuzzServer } from "./server.ts";
import { shrink } from "./shrink.ts";
import { everything, leaving, unasked, vocabulary } from "./templates/index.ts";
import { copyOf, textOf, type Tree } from "./tree.ts";
import { World } from "./world.ts";

/** Where files need not wait for a disk: nothing here is about what survives a crash. */
const IN_MEMORY = "/dev/shm";
/** Stanzas between two honest messages. */
const BATCH = 500;
/** Stanzas of one account: after that a new one begins, so that the size of a store is not taken for slowness. */
const LIFE = 20_000;
/** How often a cause is looked into. */
const LOOKS = 2;
/** A stanza that took longer than this is sent once more by itself: the machine may have been busy. ms */
const SLOW = 250;
/** Without any progress for so long the core is taken to hang, ms. */
const HANGS = 60_000;
/** An account that is not online by then does not come back by itself, ms. */
const COMES_BACK = 60_000;
const LOOK_EVERY = 10;
const ENVELOPES = 3;
const ACTIONS = 4;
const MOST_ACTIONS = 20;

export interface FuzzOptions {
  seed: number;
  count: number;
  say(line: string): void;
}

export interface FuzzResult {
  stanzas: number;
  counts: Readonly<Record<Kind, number>>;
  /** The longest time that one stanza took, ms. */
  slowest: number;
  heap: string;
  seconds: number;
}

export const summary = ({ stanzas, counts, slowest }: FuzzResult): string =>
  `stanzas ${stanzas}, stopped ${counts.stopped}, uncaught ${counts.uncaught}, uncloneable ${counts.uncloneable}, slowest ${Math.round(slowest)}ms`;

export async function fuzz({ seed, count, say }: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "jackdaw-fuzz-"));
  const run = new Run(folder, seed, say, await FuzzServer.start(folder));
  const onError = (error: unknown): void => run.findings.add(uncaught(error, "uncaught"));
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  const begin = performance.now();
  try {
    await run.all(count);
  } finally {
    await run.end();
    process.off("uncaughtException", onError);
    process.off("unhandledRejection", onError);
    rmSync(folder, { recursive: true, force: true });
  }
  return { stanzas: run.stanzas, counts: run.findings.counts, slowest: run.slowest, heap: run.heap.summary(), seconds: (performance.now() - begin) / 1000 };
}

class Run {
  readonly findings;
  readonly heap = createHeap();
  stanzas = 0;
  slowest = 0;
  readonly #folder: string;
  readonly #seed: number;
  readonly #say: (line: string) => void;
  readonly #server: FuzzServer;
  readonly #chance;
  readonly #mutator;
  readonly #filler;
  #correspondent: Correspondent | null = null;
  #answering: ReturnType<typeof createAnswering> | null = null;
  #world: World | null = null;
  /** The fuzzer itself ends the session. */
  #mayEnd = true;
  /** What was sent since the last check, oldest first, and how much of it was handled. */
  #sent: string[] = [];
  #handled = 0;
  /** What was sent before the last check. */
  #before: readonly string[] = [];
  #lastAt = 0;
  #slow: { text: string; took: number } | null = null;
  readonly #marks = new Map<string, () => void>();
  #gone: () => void = () => undefined;
  #marked = 0;
  #underWay = 0;
  #isSticky = false;
  readonly #looked = new Map<string, number>();

  constructor(folder: string, seed: number, say: (line: string) => void, server: FuzzServer) {
    this.#folder = folder;
    this.#seed = seed;
    this.#say = say;
    this.#server = server;
    this.#chance = createChance(seed);
    this.#filler = createFiller(this.#chance);
    this.#mutator = createMutator(this.#chance, { vocabulary, people: PEOPLE, others: everything });
    this.findings = createFindings((line) => say(`${this.stanzas}: ${line}`));
  }

  async all(count: number): Promise<void> {
    this.#correspondent = await Correspondent.create();
    while (this.stanzas < count) {
      await this.#begin();
      const until = Math.min(count, this.stanzas + LIFE);
      while (this.stanzas < until) {
        await this.#batch(Math.min(BATCH, until - this.stanzas));
        if (this.#world === null) break;
        if (this.#chance.is(0.1)) await this.#interrupt();
      }
      await this.#endWorld();
      this.heap.measure();
      this.#say(`${this.stanzas} stanzas`);
    }
  }

  async end(): Promise<void> {
    await this.#endWorld().catch((error: unknown) => this.findings.add(uncaught(error, "stop")));
    await this.#server.stop();
  }

  /** A new account on a new store. */
  async #begin(): Promise<void> {
    const correspondent = this.#correspondent!;
    correspondent.forget();
    this.#mayEnd = true;
    this.#server.forget();
    const answering = createAnswering({ chance: this.#chance, mutator: this.#mutator, filler: this.#filler, correspondent, sent: (text) => this.#note(text) });
    this.#answering = answering;
    this.#server.serve({
      stanza: (stanza, reply) => {
        const mark = stanza.is("iq") && /^(result|error)$/.test(String(stanza.attrs["type"])) ? this.#marks.get(String(stanza.attrs["id"])) : undefined;
        if (mark !== undefined) mark();
        else answering.hear(stanza, reply);
      },
      gone: () => {
        // What cost the session is not sent again.
        if (!this.#mayEnd) this.#server.forget();
        this.#gone();
      },
    });
    this.#world = new World(this.#folder, {
      server: this.#server,
      findings: this.findings,
      mayEnd: () => this.#mayEnd,
      counted: () => this.#counted(),
    });
    await this.#world.start();
    this.#mayEnd = false;
    await this.#settle();
    answering.malice = 0.7;
  }

  async #endWorld(): Promise<void> {
    const world = this.#world;
    this.#world = null;
    this.#mayEnd = true;
    this.#answering?.stop();
    await world?.stop();
  }

  /** One more stanza is on its way. */
  #note(text: string): void {
    this.#sent.push(text);
    this.stanzas++;
  }

  /** The next one was handled. */
  #counted(): void {
    const now = performance.now();
    const took = now - this.#lastAt;
    const text = this.#sent[this.#handled++];
    if (text !== undefined && took > (this.#slow?.took ?? 0)) this.#slow = { text, took };
    this.#lastAt = now;
  }

  #send(texts: readonly string[]): void {
    this.#lastAt = performance.now();
    for (const text of texts) {
      this.#note(text);
      this.#server.send(text);
    }
  }

  /** A stanza as it may come at any time, most of them changed. */
  #next(): Tree {
    const template = this.#chance.is(0.01) ? this.#chance.pick(leaving) : this.#chance.pick(unasked);
    const tree = copyOf(template, this.#filler());
    return this.#chance.is(0.9) ? this.#mutator.mutate(tree) : tree;
  }

  async #envelopes(): Promise<Tree[]> {
    const found: Tree[] = [];
    for (let count = 0; count < ENVELOPES; count++) {
      const envelope = await this.#correspondent!.write(this.#chance.is(0.8) ? "a secret" : null);
      if (envelope === null) break;
      const attributes: Tree["attributes"] = [["from", "bob@example.org/phone"], ["to", ME], ["type", "chat"], ["id", `e${this.stanzas}-${count}`]];
      const message: Tree = { name: "message", attributes, children: [envelope] };
      found.push(this.#chance.is(0.5) ? this.#mutator.mutate(message) : message);
    }
    return found;
  }

  async #batch(size: number): Promise<void> {
    const number = this.stanzas;
    const trees = Array.from({ length: size }, () => this.#next());
    for (const envelope of await this.#envelopes()) trees.splice(this.#chance.between(0, trees.length), 1, envelope);
    const texts = trees.map(textOf);
    // Whoever was put out of a room enters it again.
    for (const jid of ROOMS) this.#act(["room.join", { account: this.#world!.account, jid, nickname: NICKNAME, password: null, autojoin: true }]);
    for (let count = 0; count < ACTIONS; count++) this.#act(action(this.#chance, this.#world!.account));
    this.#send(texts);
    await this.#settle();
    const found = this.findings.take();
    if (found.length > 0) await this.#lookInto(number, texts, found);
    else await this.#timeSlowest();
  }

  /** Something that the user does; nobody waits for it, since services need not answer. */
  #act(call: Call): void {
    const world = this.#world;
    if (world === null || this.#underWay >= MOST_ACTIONS) return;
    this.#underWay++;
    void world.call(call).finally(() => this.#underWay--);
  }

  /** Waits until all that was sent is handled, and checks what must be true then. */
  async #settle(): Promise<void> {
    const world = this.#world!;
    if (!this.#server.isConnected && !(await this.#recovered())) return;
    const mark = `mark-${++this.#marked}`;
    const body = `honest ${this.#marked}`;
    const passed = new Promise<boolean>((resolve) => {
      let before = this.#handled;
      const watch = setInterval(() => {
        if (this.#handled === before) {
          this.findings.add({ kind: "stopped", what: `nothing was handled for ${HANGS / 1000} s` });
          this.#server.cut();
        }
        before = this.#handled;
      }, HANGS);
      const settle = (did: boolean): void => {
        clearInterval(watch);
        this.#marks.delete(mark);
        resolve(did);
      };
      this.#marks.set(mark, () => settle(true));
      this.#gone = () => settle(false);
    });
    this.#server.send(`<message from='${FRIEND}/x' to='${FULL_JID}' type='chat' id='${mark}'><body>${body}</body></message>`);
    this.#server.send(`<iq from='${DOMAIN}' to='${FULL_JID}' type='get' id='${mark}'><ping xmlns='urn:xmpp:ping'/></iq>`);
    if (await passed) {
      if (!(await world.hasFromFriend(body))) this.findings.add({ kind: "stopped", what: "a friend's message did not arrive" });
      await this.#countsAgree();
      for (const reading of readings(world.account)) await world.call(reading);
    } else await this.#recovered();
    this.#before = this.#sent;
    this.#sent = [];
    this.#handled = 0;
  }

  /** The client must have counted each stanza, no more and no less: else resuming loses or doubles some. */
  async #countsAgree(): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      await this.#server.ask();
      if (!this.#server.isConnected || this.#server.acknowledged === this.#server.sent) return;
    }
    this.findings.add({ kind: "stopped", what: `${this.#server.sent} stanzas were sent, ${this.#server.acknowledged} acknowledged` });
  }

  /** After a session ended. @returns false when the account does not come back */
  async #recovered(): Promise<boolean> {
    const answering = this.#answering!;
    const before = answering.malice;
    // Whoever signs in is answered honestly: what comes of dishonest answers then is found by `#interrupt`.
    answering.malice = 0;
    const isBack = await this.#isBack();
    answering.malice = before;
    if (!isBack) await this.#endWorld();
    return isBack;
  }

  /** Waits for a session behind the one that ended. */
  async #isBack(): Promise<boolean> {
    this.#mayEnd = true;
    for (let waited = 0; waited < COMES_BACK; waited += LOOK_EVERY) {
      if (this.#server.isConnected && this.#world?.isOnline === true) {
        this.#mayEnd = false;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    this.findings.add({ kind: "stopped", what: "the account does not come back" });
    return false;
  }

  /** The connection breaks; the session is resumed, or a new one begins with dishonest answers. */
  async #interrupt(): Promise<void> {
    this.#server.resumable = this.#chance.is(0.5);
    this.#mayEnd = true;
    this.#server.cut();
    await new Promise<void>((resolve) => (this.#gone = resolve));
    if (!(await this.#isBack())) return this.#endWorld();
    await this.#settle();
    const found = this.findings.take();
    if (found.length > 0) this.#keep(this.stanzas, found, this.#before);
  }

  /** Finds the stanza that did it. */
  async #lookInto(number: number, texts: readonly string[], found: readonly Finding[]): Promise<void> {
    for (const cause of new Set(found.map(causeOf))) {
      const looks = this.#looked.get(cause) ?? 0;
      if (looks >= LOOKS || this.#world === null) continue;
      this.#looked.set(cause, looks + 1);
      const counts = { ...this.findings.counts };
      // What stays in the state of the program shows again whatever is sent: then each try needs a new one.
      this.#isSticky = await this.#does([], cause);
      if (this.#isSticky) await this.#anew();
      const culprit = await this.#search(texts, cause);
      const smallest = culprit === null ? undefined : await shrink(culprit, (smaller) => this.#does([smaller], cause));
      this.#isSticky = false;
      Object.assign(this.findings.counts, counts);
      this.#keep(number, found.filter((one) => causeOf(one) === cause), culprit === null ? texts : [culprit], smallest);
    }
  }

  async #search(texts: readonly string[], cause: string): Promise<string | null> {
    let part = texts;
    if (!(await this.#does(part, cause))) return null;
    while (part.length > 1) {
      const half = part.slice(0, Math.ceil(part.length / 2));
      const rest = part.slice(half.length);
      if (await this.#does(half, cause)) part = half;
      else if (await this.#does(rest, cause)) part = rest;
      // Only together.
      else return null;
    }
    return part[0]!;
  }

  /** Sends these once more. @returns whether the same comes of it */
  async #does(texts: readonly string[], cause: string): Promise<boolean> {
    if (this.#world === null) return false;
    const before = this.stanzas;
    this.#send(texts);
    await this.#settle();
    this.stanzas = before;
    const did = this.findings.take().some((one) => causeOf(one) === cause);
    if (did && this.#isSticky) await this.#anew();
    return did;
  }

  async #anew(): Promise<void> {
    await this.#endWorld();
    await this.#begin();
  }

  #keep(number: number, found: readonly Finding[], stanzas: readonly string[], smallest?: string): void {
    const file = keepEvidence(this.#seed, { number, findings: found, stanzas, ...(smallest === undefined ? {} : { smallest }) });
    this.#say(`seed ${this.#seed}, stanza ${number}: ${found[0]?.what ?? "slow"}\n${(smallest ?? stanzas[0] ?? "").slice(0, 1_000)}\n${file}`);
  }

  #takeSlow(): { text: string; took: number } | null {
    const slow = this.#slow;
    this.#slow = null;
    return slow;
  }

  /** What was slow among many others may only have waited for them, or for this machine. */
  async #timeSlowest(): Promise<void> {
    const slow = this.#takeSlow();
    if (slow === null) return;
    let took = slow.took;
    for (let tries = 0; tries < 3 && took > Math.max(SLOW, this.slowest); tries++) {
      const before = this.stanzas;
      this.#send([slow.text]);
      await this.#settle();
      this.stanzas = before;
      const again = this.#takeSlow();
      took = Math.min(took, again?.text === slow.text ? again.took : 0);
    }
    if (took > SLOW && took > this.slowest) {
      this.#keep(this.stanzas, [{ kind: "stopped", what: `slow: ${Math.round(took)} ms` }], [slow.text]);
    }
    this.slowest = Math.max(this.slowest, took);
  }
}
