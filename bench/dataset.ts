/**
 * Generated stores for benchmarks, made through the real store and cached in `.cache/` (ignored by git): the same
 * parameters give the same contacts, chats and messages.
 */
import { createHash } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BareJid } from "../shared/jid.ts";
import type { AccountId } from "../shared/model/primitives.ts";
import type { Store, WriteOp } from "../electron/store/contract/index.ts";
import { VERSION } from "../electron/store/migrations/index.ts";
import { openStore } from "../electron/store/engine/open.ts";

export interface DatasetOptions {
  contacts: number;
  chats: number;
  messages: number;
  seed: number;
  /** Messages of the first chat; absent: all chats have about the same number. */
  largest?: number;
}

export const account = "benchacc01" as AccountId;
export const ownJid = "bench@localhost" as BareJid;
/** Time of the newest message; fixed, so that the same seed gives the same store. */
const END = Date.UTC(2026, 0, 1);
/** Increase it when the same parameters give another store. */
const RECIPE = 1;

/** mulberry32: numbers in [0, 1), the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const WORDS =
  "yes no maybe the a train tomorrow coffee meeting see you later did not know where when why photo Straße grüße да нет 好 question answer lunch late home call me back thanks great wonderful".split(
    " ",
  );

/** A sentence of 1 to 30 words. */
export function sentence(next: () => number): string {
  const length = 1 + Math.floor(next() ** 2 * 30);
  return Array.from({ length }, () => WORDS[Math.floor(next() * WORDS.length)]).join(" ");
}

export const contactJid = (index: number): BareJid => `contact${index}@localhost` as BareJid;

/** The operation that stores message `index` of a chat. */
export function messageOp(next: () => number, chat: BareJid, index: number, sentAt: number): WriteOp {
  const id = createHash("sha256").update(`${chat} ${index} ${next()}`).digest("hex").slice(0, 32);
  const from = next() < 0.5 ? chat : ownJid;
  return {
    op: "inbound.take",
    args: {
      account,
      inbound: {
        conversation: { jid: chat, kind: "contact" },
        author: { outgoing: from === ownJid, address: from, occupant: null, occupancy: null },
        ids: { messageId: id, originId: id, archiveId: `${1e15 + index}` },
        via: "live",
        at: null,
        wishes: { receipt: null, marker: false },
        payload: { kind: "text", body: sentence(next) },
        protection: { kind: "none" },
      },
      now: sentAt,
    },
  };
}

export const accountOp: WriteOp = {
  op: "account.put",
  args: {
    id: account,
    jid: ownJid,
    password: "none",
    enabled: false,
    advanced: {},
    pinnedFingerprint: null,
    presence: { show: "available", status: "" },
  },
};

async function fill(store: Store, { contacts, chats, messages, seed, largest }: DatasetOptions): Promise<void> {
  const next = random(seed);
  const items = Array.from({ length: contacts }, (_, index) => ({
    jid: contactJid(index),
    name: `Contact ${index}`,
    groups: [`Group ${index % 12}`],
    subscription: "both" as const,
    asked: false,
  }));
  await store.write(accountOp);
  await store.write({ op: "roster.replace", args: { account, items, version: "1" } });
  const share = chats < 2 ? 1 : largest === undefined ? 1 / chats : largest / messages;
  let ops: WriteOp[] = [];
  let running: Promise<unknown> = Promise.resolve();
  for (let index = 0; index < messages; index++) {
    const chat = next() < share ? 0 : 1 + Math.floor(next() * (chats - 1));
    ops.push(messageOp(next, contactJid(chat), index, END - (messages - index) * 20_000));
    if (ops.length === 1000 || index === messages - 1) {
      await running;
      running = store.write(...ops);
      ops = [];
    }
  }
  await running;
  // A typical user has read nearly everything.
  const reads: WriteOp[] = [];
  for (let chat = 0; chat < chats; chat++) {
    const jid = contactJid(chat);
    const page = await store.read("messages.page", { account, jid, before: null, limit: 5 });
    const upTo = page.messages[chat % 25 === 1 ? 0 : page.messages.length - 1];
    if (upTo !== undefined) reads.push({ op: "chat.markRead", args: { account, jid, upTo: upTo.id } });
  }
  await store.write(...reads);
}

/**
 * A closed store with one disabled account (`benchacc01`, bench@localhost).
 * @returns its path and key; the file is shared, so copy it before writing
 */
export async function dataset(options: DatasetOptions): Promise<{ path: string; key: Uint8Array }> {
  const { contacts, chats, messages, seed, largest } = options;
  const key = createHash("sha256").update(`jackdaw dataset ${seed}`).digest();
  const name = `v${VERSION}.${RECIPE}-${contacts}-${chats}-${messages}-${largest ?? "even"}-${seed}`;
  const folder = join(import.meta.dirname, "..", ".cache", "datasets", name);
  const path = join(folder, "jackdaw.db");
  try {
    await access(path);
    return { path, key };
  } catch {
    // Not generated yet.
  }
  const draft = `${folder}.${process.pid}.draft`;
  await mkdir(draft, { recursive: true });
  try {
    const store = await openStore({ path: join(draft, "jackdaw.db"), key });
    await fill(store, options);
    await store.close();
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { path, key };
}
