/** What a backup of an account holds, in the order in which it is read back. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { BackupAbout, BackupChat, BackupContact, BackupRecord } from "../../../shared/model/backup.ts";
import type { Store, StoredAccount } from "../../store/contract/index.ts";

const PAGE = 250;
/** Bodies may be long: a page of them is to stay small beside the rest of the program. */
const MESSAGES = 100;

/**
 * Reads page by page, so that others get their turn at the store. The spans and the keys come first: what is written
 * meanwhile may be in it or not, but it claims nothing that is not in it, and no ratchet is ahead of its messages.
 */
export async function* backupContent(
  store: Store,
  stored: StoredAccount,
  about: BackupAbout,
): AsyncGenerator<Exclude<BackupRecord, { kind: "end" }>> {
  const { id: account, password, enabled, advanced, pinnedFingerprint, presence } = stored;
  yield about;
  const strongestMechanism = await store.read("memory.get", { account, key: "strongest-mechanism" });
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
