/**
 * Measures the store through its real interface: storing messages, opening a chat (its entry and the last 50 messages)
 * and paging back, in stores of three sizes. It asserts nothing.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../electron/store/engine/open.ts";
import type { Store } from "../electron/store/contract/index.ts";
import { account, accountOp, contactJid, dataset, messageOp, random } from "./dataset.ts";

const SIZES = [10_000, 100_000, 1_000_000];
const CHATS = 200;
const OPENINGS = 1000;
const PAGE = 50;

const quantile = (times: number[], share: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(3));
};

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const from = performance.now();
  const value = await work();
  return { ms: performance.now() - from, value };
}

/** Messages per second in transactions of 500, and transactions per second of one message each. */
async function inserting(): Promise<{ perSecond: number; singlesPerSecond: number }> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-bench-"));
  const store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  try {
    await store.write(accountOp);
    const next = random(1);
    const count = 50_000;
    const all = Array.from({ length: count }, (_, index) =>
      messageOp(next, contactJid(Math.floor(next() * CHATS)), index, 1.7e12 + index * 1000),
    );
    const bulk = await timed(async () => {
      for (let from = 0; from < count; from += 500) await store.write(...all.slice(from, from + 500));
    });
    const singles = await timed(async () => {
      for (let index = 0; index < 500; index++) {
        await store.write(messageOp(next, contactJid(index % CHATS), count + index, 1.8e12 + index));
      }
    });
    return { perSecond: Math.round((count / bulk.ms) * 1000), singlesPerSecond: Math.round((500 / singles.ms) * 1000) };
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

function openChat(store: Store, index: number): Promise<unknown> {
  const key = { account, jid: contactJid(index) };
  return Promise.all([store.read("chat.get", key), store.read("messages.page", { ...key, before: null, limit: PAGE })]);
}

async function measure(messages: number) {
  const { path, key } = await dataset({
    contacts: 1000,
    chats: CHATS,
    messages,
    largest: Math.min(100_000, messages * 0.99),
    seed: 1,
  });
  const start = await timed(() => openStore({ path, key }));
  const store = start.value;
  try {
    const first = await timed(() => openChat(store, 0));
    const next = random(2);
    const opening: number[] = [];
    // The largest chat and a random one in turn, so that not everything is cached.
    for (let turn = 0; turn < OPENINGS; turn++) {
      const chat = turn % 2 === 0 ? 0 : Math.floor(next() * CHATS);
      opening.push((await timed(() => openChat(store, chat))).ms);
    }
    const paging: number[] = [];
    let before: number | null = null;
    do {
      const page = await timed(() => store.read("messages.page", { account, jid: contactJid(0), before, limit: PAGE }));
      paging.push(page.ms);
      before = page.value.older;
    } while (before !== null);
    const { size } = await stat(path);
    console.log(
      `${messages} messages, ${Math.round(size / 1e6)} MB: store open after ${start.ms.toFixed(0)} ms, first chat after ` +
        `${first.ms.toFixed(2)} ms more, ${paging.length} pages read`,
    );
    return { p50: quantile(opening, 0.5), p99: quantile(opening, 0.99), page: quantile(paging, 0.99) };
  } finally {
    await store.close();
  }
}

const inserts = await inserting();
console.log(
  `${inserts.perSecond} messages/s in transactions of 500; ${inserts.singlesPerSecond} transactions/s of one, one after another`,
);
const open_p50_ms: Record<string, number> = {};
const open_p99_ms: Record<string, number> = {};
const page_p99_ms: Record<string, number> = {};
for (const size of SIZES) {
  const { p50, p99, page } = await measure(size);
  open_p50_ms[size] = p50;
  open_p99_ms[size] = p99;
  page_p99_ms[size] = page;
}
console.log(JSON.stringify({ bench: "store", insert_per_s: inserts.perSecond, open_p50_ms, open_p99_ms, page_p99_ms }));
