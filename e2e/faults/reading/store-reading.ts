/** Reads from the store of a stopped device what its window does not show. */
import { join } from "node:path";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Message, MessagePage, Position } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { createFileSecretBox } from "../../../electron/secrets/file.ts";
import type { Store, StoredAccount } from "../../../electron/store/contract/index.ts";
import { openStore } from "../../../electron/store/engine/open.ts";

const PAGE = 500;

/** One line for each problem found. */
interface Inspection {
  /** Messages that could not be decrypted. */
  unreadable: string[];
  /** Messages that were not encrypted. */
  plaintext: string[];
  /** Devices whose broken session had to be replaced. */
  mended: string[];
}

async function withStore<T>(
  dataFolder: string,
  work: (store: Store, accounts: readonly StoredAccount[]) => Promise<T>,
): Promise<T> {
  const key = await createFileSecretBox(dataFolder).load("store-key");
  const store = await openStore({ path: join(dataFolder, "jackdaw.db"), key: key! });
  try {
    return await work(store, await store.read("accounts.all", {}));
  } finally {
    await store.close();
  }
}

/** @returns oldest first */
async function allMessages(store: Store, account: AccountId, jid: Jid): Promise<Message[]> {
  const messages: Message[] = [];
  for (let before: Position | null = null; ;) {
    const page: MessagePage = await store.read("messages.page", { account, jid, before, limit: PAGE });
    messages.unshift(...page.messages);
    if (page.older === null) return messages;
    before = page.older;
  }
}

/** @returns all messages of these conversations, oldest first in each */
export function messagesIn(dataFolder: string, conversations: readonly Jid[]): Promise<Message[]> {
  return withStore(dataFolder, async (store, accounts) => {
    const messages: Message[] = [];
    for (const { id } of accounts)
      for (const jid of conversations) messages.push(...(await allMessages(store, id, jid)));
    return messages;
  });
}

/**
 * @param people whose devices are inspected
 * @param conversations where everything must be encrypted, and others
 */
export function inspect(
  dataFolder: string,
  people: readonly BareJid[],
  conversations: { encrypted: readonly Jid[]; others: readonly Jid[] },
): Promise<Inspection> {
  return withStore(dataFolder, async (store, accounts) => {
    const found: Inspection = { unreadable: [], plaintext: [], mended: [] };
    for (const { id: account } of accounts) {
      for (const jid of people) {
        for (const { id, mendedAt } of await store.read("omemo.devices", { account, jid })) {
          if (mendedAt !== null)
            found.mended.push(`device ${id} of ${jid}: mended ${new Date(mendedAt).toISOString()}`);
        }
      }
      for (const jid of [...conversations.encrypted, ...conversations.others]) {
        for (const { id, from, sentAt, protection } of await allMessages(store, account, jid)) {
          const line = `message ${id} with ${jid} from ${from}, ${new Date(sentAt).toISOString()}`;
          if (protection.kind === "none") {
            if (conversations.encrypted.includes(jid)) found.plaintext.push(line);
          } else if (protection.kind === "unreadable") found.unreadable.push(`${line}: ${protection.reason}`);
          else if (protection.problem !== null) found.unreadable.push(`${line}: ${protection.problem}`);
        }
      }
    }
    return found;
  });
}
