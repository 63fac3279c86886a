/** For tests of this folder: a store in a folder of its own, with two accounts. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFull, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { ArchiveEntry, Author, Decrypted, MessageIds, StoredProtection } from "../../model/message.ts";
import type { ArchivePageResult, Reads, Store, StoredAccount, InboundResult, Writes } from "../contract/index.ts";
import { openStore } from "../engine/open.ts";

export const jid = (text: string): BareJid => text as BareJid;
export const me = "account00001" as AccountId;
export const other = "account00002" as AccountId;
export const myJid = jid("me@example.org");
export const alice = jid("alice@example.org");
export const bob = jid("bob@example.org");
export const T = Date.UTC(2026, 0, 1);

export const stored = (id: AccountId, more: Partial<StoredAccount> = {}): StoredAccount => ({
  id,
  jid: id === me ? myJid : jid("other@example.org"),
  password: "pass 'word\" ☃",
  enabled: true,
  advanced: { host: "127.0.0.1", port: 5222 },
  pinnedFingerprint: null,
  presence: { show: "away", status: "Mittag" },
  ...more,
});

/** An incoming text; tests can override its parts. */
export interface Incoming extends MessageIds {
  account: AccountId;
  chat: Jid;
  from: BareJid;
  occupant: Writer | null;
  body: string;
  sentAt: number;
  /** It was held back on its way. */
  delayed: boolean;
  markable: boolean;
  protection: StoredProtection;
  replaces?: string;
  unstyled?: true;
  tombstone?: true;
}

export interface TakeOp {
  op: "inbound.take";
  args: Parameters<Writes["inbound.take"]>[0];
}

/** @param sentAt when it arrived, or was held back */
export const taken = (inbound: Decrypted, sentAt: number, delayed = false, account = me): TakeOp => ({
  op: "inbound.take",
  args: { account, inbound: { ...inbound, at: delayed ? sentAt : null }, now: sentAt },
});

/** A live message of a contact without requests for receipts or markers. */
export const inbound = (conversation: Conversation, author: Partial<Author>, more: Partial<Decrypted>): Decrypted => ({
  conversation,
  author: { outgoing: false, address: alice, occupant: null, occupancy: null, ...author },
  ids: { messageId: null, originId: null, archiveId: null },
  via: "live",
  at: null,
  wishes: { receipt: null, marker: false },
  payload: { kind: "text", body: "" },
  protection: { kind: "none" },
  ...more,
});

/** A message of Alice; tests can override its parts. */
export function incoming(more: Partial<Incoming> = {}): TakeOp {
  const { account = me, from = alice, chat = from, occupant = null, sentAt = T, delayed = false } = more;
  const { body = "hello", replaces, messageId = null, originId = null, archiveId = null } = more;
  const of = inbound(
    { jid: chat, kind: isFull(chat) ? "private" : "contact" },
    { outgoing: from === myJid, address: from, occupant },
    {
      ids: { messageId, originId, archiveId },
      wishes: { receipt: null, marker: more.markable ?? false },
      payload:
        more.tombstone === true
          ? { kind: "tombstone" }
          : {
              kind: "text",
              body,
              ...(replaces === undefined ? {} : { replaces }),
              ...(more.unstyled === true ? { unstyled: true } : {}),
            },
      protection: more.protection ?? { kind: "none" },
    },
  );
  return taken(of, sentAt, delayed, account);
}

/** Alice's receipt or marker for a message of ours. */
export const marked = (kind: "receipt" | "displayed", target: string): TakeOp =>
  taken(inbound({ jid: alice, kind: "contact" }, {}, { payload: { kind, target } }), T);

/** An entry of our own archive. */
export const archivedText = (
  archiveId: string,
  stamp: number,
  more: Partial<Incoming> = {},
): ArchiveEntry<Decrypted> => ({
  archiveId,
  stamp,
  inbound: { ...incoming({ chat: alice, ...more, archiveId }).args.inbound, via: "archive", at: stamp },
});

/** The result of storing one message. */
export type Outcome = { duplicate: true } | { duplicate: false; annotated: boolean; message: Message; chat: Chat };
export function outcomeOf({ messages: [message], chats: [chat], isNew }: InboundResult): Outcome {
  if (message === undefined || chat === undefined) return { duplicate: true };
  return { duplicate: false, annotated: !isNew, message, chat };
}

export interface Fixture {
  folder: string;
  path: string;
  key: Uint8Array;
  store: Store;
  receive(more?: Partial<Incoming>): Promise<Outcome>;
  /** Bodies of a chat in order. */
  bodies(of?: BareJid): Promise<string[]>;
  chat(of?: BareJid): Promise<ReturnType<Reads["chat.get"]>>;
  reopen(): Promise<void>;
  end(): Promise<void>;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "jackdaw-store-"));

export async function fixture(): Promise<Fixture> {
  const folder = temporaryFolder();
  const path = join(folder, "jackdaw.db");
  const key = randomBytes(32);
  const made: Fixture = {
    folder,
    path,
    key,
    store: await openStore({ path, key }),
    async receive(more) {
      const [outcome] = await made.store.write(incoming(more));
      return outcomeOf(outcome);
    },
    async bodies(of = alice) {
      const page = await made.store.read("messages.page", { account: me, jid: of, before: null, limit: 1000 });
      return page.messages.map((message) => message.body);
    },
    chat: (of = alice) => made.store.read("chat.get", { account: me, jid: of }),
    async reopen() {
      await made.store.close();
      made.store = await openStore({ path, key });
    },
    async end() {
      await made.store.close();
      rmSync(folder, { recursive: true });
    },
  };
  await made.store.write({ op: "account.put", args: stored(me) }, { op: "account.put", args: stored(other) });
  return made;
}

const DAY = 24 * 60 * 60 * 1000;
type Page = Parameters<Writes["archive.page"]>[0];

/** Takes in a page of an archive, below what is held. @param archive a room's JID, or null: our own */
export async function archivePage(
  store: Store,
  archive: BareJid | null,
  entries: Page["entries"],
  more: Partial<Page> = {},
): Promise<ArchivePageResult> {
  const state = await store.read("archive.state", { account: me, archive });
  const args = {
    account: me,
    archive,
    peer: null,
    newFrom: entries.length,
    span: state?.span ?? 0,
    entries,
    askedBefore: state?.oldestId ?? null,
    first: entries[0]?.archiveId ?? null,
    complete: false,
    archiveChanged: false,
    changes: [],
    now: T + DAY,
    ...more,
  };
  return (await store.write({ op: "archive.page", args }))[0];
}
