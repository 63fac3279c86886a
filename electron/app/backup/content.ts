/** The records of a backup, in the order in which they are read back. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { BackupAbout, BackupChat, BackupContact, BackupRecord } from "../../../shared/model/backup.ts";
import type { Store, StoredAccount } from "../../store/contract/index.ts";

const PAGE = 250;
/** Bodies may be long, and a page of them must remain small in memory. */
const MESSAGES = 100;

/**
 * Reads page by page, so that other operations can use the store. Spans and OMEMO keys come first: changes made during
 * the export may be included or not, but no span covers a missing message, and no ratchet is ahead of its messages.
 */
export async function* backupContent(
  store: Store,
  stored: StoredAccount,
  about: BackupAbout,
): AsyncGenerator<Exclude<BackupRecord, { kind: "end" }>> {
  const { id: account, password, enabled, advanced, pinnedFingerprint, presence } = stored;
  yield about;
  const strongestMechanism = await store.read("accountState.get", { account, key: "strongest-mechanism" });
  yield { kind: "account", password, enabled, advanced, pinnedFingerprint, presence, strongestMechanism };
  yield* await store.read("backup.spans", { account });
  yield* await store.read("backup.omemo", { account });
  for (let after: BareJid | "" = ""; ;) {
    const page: BackupContact[] = await store.read("backup.contacts", { account, after, limit: PAGE });
    yield* page;
    if (page.length === 0) break;
    after = page.at(-1)!.jid;
  }
  for (let after: Jid | "" = ""; ;) {
    const page: BackupChat[] = await store.read("backup.chats", { account, after, limit: PAGE });
    for (const chat of page) {
      yield chat;
      yield* messagesOf(store, { account, jid: chat.jid });
    }
    if (page.length === 0) break;
    after = page.at(-1)!.jid;
  }
}

async function* messagesOf(store: Store, key: { account: StoredAccount["id"]; jid: Jid }) {
  for (let after = -1; ;) {
    const page = await store.read("backup.messages", { ...key, after, limit: MESSAGES });
    yield* page;
    if (page.length === 0) return;
    after = page.at(-1)!.position;
  }
}
