/** Counts and digests the records of a backup, so that the reader can verify what the writer wrote. */
import { createHash } from "node:crypto";
import type { BackupCounts, BackupRecord } from "../../shared/model/backup.ts";

export interface Tally {
  add(record: BackupRecord, line: Uint8Array): void;
  /** SHA-256 of all lines so far, hex. */
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
