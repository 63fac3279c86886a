/** For the tests of this folder: a store in a folder of its own, with two accounts. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Reads, Store, StoredAccount, Writes } from "../contract/index.ts";
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

type Received = Parameters<Writes["message.receive"]>[0];

/** A message of Alice, with what the test changes about it. */
export const incoming = (more: Partial<Received> = {}): { op: "message.receive"; args: Received } => ({
  op: "message.receive",
  args: {
    account: me,
    chat: more.from ?? alice,
    from: alice,
    body: "hello",
    sentAt: T,
    delayed: false,
    markable: false,
    originId: null,
    messageId: null,
    archiveId: null,
    protection: { kind: "none" },
    ...more,
  },
});

export interface Fixture {
  folder: string;
  path: string;
  key: Uint8Array;
  store: Store;
  receive(more?: Partial<Received>): Promise<ReturnType<Writes["message.receive"]>>;
  /** Bodies of a chat in their order. */
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
      return outcome;
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
