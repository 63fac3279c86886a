/** Counts the records of a backup and digests their lines, so that writer and reader can be compared. */
import { createHash } from "node:crypto";
import type { BackupCounts, BackupRecord } from "../../shared/model/backup.ts";

export interface Tally {
  add(record: BackupRecord, line: Uint8Array): void;
  /** Of everything so far: SHA-256, hex. */
  digest(): string;
  readonly counts: BackupCounts;
}

export function createTally(): Tally {
  const hash = createHash("sha256");
  const counts: BackupCounts = { contacts: 0, chats: 0, messages: 0 };
  return {
    counts,
    add({ kind }, line) {
      hash.update(line);
      if (kind === "message") counts.messages++;
      else if (kind === "chat") counts.chats++;
      else if (kind === "contact") counts.contacts++;
    },
    digest: () => hash.copy().digest("hex"),
  };
}
