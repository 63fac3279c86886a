/**
 * Imports the records of a backup: messages are staged in the store as they arrive, everything else is kept until the
 * end.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type {
  BackupAbout,
  BackupAccount,
  BackupChat,
  BackupContact,
  BackupMessage,
  BackupOmemo,
  BackupRecord,
  BackupSpan,
} from "../../../shared/model/backup.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { BackupError } from "../../backup/container.ts";
import type { Store, StoredAccount } from "../../store/contract/index.ts";

/** Maximum number of messages, and of their characters, staged in one transaction. */
const BATCH = { messages: 250, characters: 500_000 };
/** Limit on contacts, chats, spans and keys, which are kept in memory until the end. */
const MOST = 500_000;

export interface Restoring {
  take(records: BackupRecord[]): Promise<void>;
  /**
   * Makes everything visible.
   * @param id for an account that does not exist here
   * @returns how many messages were added, and the resulting state of this device
   */
  commit(id: AccountId, takeOver: boolean): Promise<{ added: number; device: "taken" | "same" | "left" }>;
}

/** @param onProgress receives the number of messages read */
export function restoring(
  store: Store,
  known: StoredAccount | null,
  onProgress: (messages: number) => void,
): Restoring {
  const kept = {
    spans: [] as BackupSpan[],
    omemo: [] as BackupOmemo[],
    contacts: [] as BackupContact[],
    chats: [] as BackupChat[],
  };
  let about: BackupAbout | null = null;
  let account: BackupAccount | null = null;
  let waiting: BackupMessage[] = [];
  let characters = 0;
  let read = 0;
  let added = 0;

  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    const chat = kept.chats.at(-1)!.jid;
    const [staged] = await store.write({
      op: "backup.stage",
      args: { account: known?.id ?? null, chat, messages: waiting },
    });
    added += staged.added;
    read += waiting.length;
    onProgress(read);
    waiting = [];
    characters = 0;
  }

  async function takeOne(record: BackupRecord): Promise<void> {
    if (record.kind === "message") {
      if (kept.chats.length === 0) throw new BackupError("damaged-backup", "a message of no chat");
      waiting.push(record);
      characters += record.body.length;
      if (waiting.length >= BATCH.messages || characters >= BATCH.characters) await flush();
      return;
    }
    await flush();
    if (record.kind === "about") about = record;
    else if (record.kind === "account") account = record;
    else if (record.kind === "span") kept.spans.push(record);
    else if (record.kind === "contact") kept.contacts.push(record);
    else if (record.kind === "chat") kept.chats.push(record);
    else if (record.kind !== "end") kept.omemo.push(record);
    if (kept.spans.length + kept.contacts.length + kept.chats.length + kept.omemo.length > MOST)
      throw new BackupError("damaged-backup", "more than a backup holds");
  }

  /** The account to store; an existing account is not changed. */
  function storedAs(
    id: AccountId,
    jid: BareJid,
    { password, advanced, pinnedFingerprint, presence }: BackupAccount,
  ): StoredAccount {
    return { id, jid, password, enabled: true, advanced, pinnedFingerprint, presence };
  }

  return {
    async take(records) {
      for (const record of records) await takeOne(record);
    },
    async commit(id, takeOver) {
      if (about === null || account === null) throw new BackupError("damaged-backup", "the account is missing");
      const { strongestMechanism } = account as BackupAccount;
      const stored = known ?? storedAs(id, (about as BackupAbout).jid, account);
      const [{ device }] = await store.write({
        op: "backup.commit",
        args: { account: stored, strongestMechanism, ...kept, takeOver },
      });
      return { added, device };
    },
  };
}
