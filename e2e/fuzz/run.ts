/**
 * A run of the fuzzer: batches of mutated stanzas go through the whole core. After each batch a friend's honest message
 * must arrive, every stanza be counted, and everything a window may read match the contract. A failure is traced to a
 * single stanza, minimised and saved; the run continues.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onLogEntry } from "../../electron/log/log.ts";
import { createChance } from "../faults/chance.ts";
import { action } from "./commands.ts";
import { Correspondent } from "./envelopes.ts";
import { causeOf, createFindings, keepEvidence, uncaught, type Finding } from "./findings.ts";
import { createHeap } from "./heap.ts";
import { Life } from "./life.ts";
import { createMutator } from "./mutate.ts";
import { createFiller, ME, NICKNAME, PEOPLE, ROOMS } from "./names.ts";
import { search } from "./search.ts";
import { FuzzServer } from "./server.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { Sum } from "./sum.ts";
import { everything, leaving, unasked, vocabulary } from "./templates/index.ts";
import { copyOf, textOf, type Tree } from "./tree.ts";

/** RAM disk: these tests do not examine crashes, so files need not reach a disk. */
const IN_MEMORY = "/dev/shm";
/** Stanzas between two honest messages. */
const BATCH = 500;
/** Stanzas per account; then a new one starts, so that a growing store does not look like slowness. */
const LIFE = 20_000;
/** How often each cause is investigated. */
const LOOKS = 2;
/**
 * A stanza slower than this, in ms, is sent again alone: other stanzas or the garbage collector may have been the
 * cause.
 */
const SLOW = 100;
const ENVELOPES = 3;
const ACTIONS = 4;

export interface FuzzOptions {
  seed: number;
  count: number;
  say(line: string): void;
}

export interface FuzzResult extends Sum {
  /** Errors of skipped stanzas; each cause was reported once. */
  guarded: number;
  heap: string;
  seconds: number;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "jackdaw-fuzz-"));
  try {
    return await fuzzIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fuzzIn(folder: string, { seed, count, say }: FuzzOptions): Promise<FuzzResult> {
  const server = await FuzzServer.start(folder);
  const correspondent = await Correspondent.create();
  const chance = createChance(seed);
  const filler = createFiller(chance);
  const mutator = createMutator(chance, { vocabulary, people: PEOPLE, others: everything });
  const stopwatch = new Stopwatch();
  const heap = createHeap();
  const looked = new Map<string, number>();
  let stanzas = 0;
  let slowest = 0;
  const findings = createFindings((line) => say(`${stanzas}: ${line}`));
  const ports = {
    folder,
    server,
    findings,
    stopwatch,
    chance,
    mutator,
    filler,
    correspondent,
    sent: () => void stanzas++,
  };
  let life = await Life.begin(ports);
  async function renew(): Promise<void> {
    await life.end();
    life = await Life.begin(ports);
  }

  /** A stanza that may arrive at any time, mutated in most cases. */
  function next(): Tree {
    const template = chance.is(0.01) ? chance.pick(leaving) : chance.pick(unasked);
    const tree = copyOf(template, filler());
    return chance.is(0.9) ? mutator.mutate(tree) : tree;
  }

  /** Messages encrypted for the core; a mutation may make them undecryptable. */
  async function envelopes(): Promise<Tree[]> {
    const found: Tree[] = [];
    for (let made = 0; made < ENVELOPES; made++) {
      const envelope = await correspondent.write(chance.is(0.8) ? "a secret" : null);
      if (envelope === null) break;
      const attributes: Tree["attributes"] = [
        ["from", "bob@example.org/phone"],
        ["to", ME],
        ["type", "chat"],
        ["id", crypto.randomUUID()],
      ];
      const message: Tree = { name: "message", attributes, children: [envelope] };
      found.push(chance.is(0.5) ? mutator.mutate(message) : message);
    }
    return found;
  }

  async function batch(size: number): Promise<void> {
    const number = stanzas;
    const trees = Array.from({ length: size }, next);
    for (const envelope of await envelopes()) trees.splice(chance.between(0, trees.length), 1, envelope);
    const texts = trees.map(textOf);
    const { account } = life;
    // Rejoins the rooms that removed the account.
    for (const jid of ROOMS)
      life.act(["room.join", { account, jid, nickname: NICKNAME, password: null, autojoin: true }]);
    for (let done = 0; done < ACTIONS; done++) life.act(action(chance, account));
    life.send(texts);
    const sent = await life.settle();
    const found = findings.take();
    if (found.length > 0) await lookInto(number, { texts, sent, found });
    else await timeSlowest();
  }

  async function lookInto(
    number: number,
    { texts, sent, found }: { texts: readonly string[]; sent: readonly string[]; found: readonly Finding[] },
  ): Promise<void> {
    const before = stanzas;
    for (const cause of new Set(found.map(causeOf))) {
      const looks = looked.get(cause) ?? 0;
      if (looks >= LOOKS) continue;
      looked.set(cause, looks + 1);
      if (!life.goesOn) await renew();
      const culprit = await search(texts, cause, { findings, life: () => life, renew });
      const those = found.filter((one) => causeOf(one) === cause);
      keep(
        number,
        those,
        culprit === null ? { stanzas: sent } : { stanzas: [culprit.stanza], smallest: culprit.smallest },
      );
    }
    stanzas = before;
    stopwatch.takeSlowest();
  }

  function keep(
    number: number,
    found: readonly Finding[],
    of: { stanzas: readonly string[]; smallest?: string },
  ): void {
    const file = keepEvidence(seed, { number, findings: found, ...of });
    const shown =
      of.smallest ?? (of.stanzas.length === 1 ? of.stanzas[0]! : `none of ${of.stanzas.length} does it alone`);
    say(`seed ${seed}, stanza ${number}: ${found[0]!.what}\n${shown.slice(0, 1_000)}\n${file}`);
  }

  /** Repeats the slowest stanza alone; it may have been slow only among many others. */
  async function timeSlowest(): Promise<void> {
    const slow = stopwatch.takeSlowest();
    if (slow === null) return;
    let { took } = slow;
    const before = stanzas;
    for (let tries = 0; tries < 3 && took > Math.max(SLOW, slowest); tries++) {
      const again = await stopwatch.time(slow.text, async () => {
        life.send([slow.text]);
        await life.settle();
      });
      took = Math.min(took, again ?? took);
    }
    stanzas = before;
    stopwatch.takeSlowest();
    if (took > Math.max(SLOW, slowest))
      keep(stanzas, [{ kind: "stopped", what: `slow, ${Math.round(took)} ms` }], { stanzas: [slow.text] });
    slowest = Math.max(slowest, took);
  }

  async function all(): Promise<void> {
    for (let until = LIFE; stanzas < count; until += LIFE) {
      while (stanzas < Math.min(until, count)) {
        await batch(Math.min(BATCH, Math.min(until, count) - stanzas));
        if (chance.is(0.1) && life.goesOn) {
          const sent = await life.interrupt(chance.is(0.5));
          const found = findings.take();
          if (found.length > 0) keep(stanzas, found, { stanzas: sent });
        }
        if (!life.goesOn) await renew();
      }
      await life.end();
      heap.measure();
      say(`${stanzas} stanzas`);
      if (stanzas < count) life = await Life.begin(ports);
    }
  }

  const onError = (error: unknown): void => findings.add(uncaught(error, "uncaught"));
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
  // Only the log reports a skipped stanza.
  const endLog = onLogEntry(({ level, area, text }) => {
    if (level === "error") findings.add({ kind: "guarded", what: `${area}: ${text}` });
  });
  const begin = performance.now();
  try {
    await all();
  } finally {
    await server.stop();
    endLog();
    process.off("uncaughtException", onError);
    process.off("unhandledRejection", onError);
  }
  return {
    stanzas,
    counts: findings.counts,
    guarded: findings.counts.guarded,
    slowest,
    heap: heap.summary(),
    seconds: (performance.now() - begin) / 1000,
  };
}
