/** Reads a backup record by record. Order, lengths and counts in the file are untrusted. */
import { open, type FileHandle } from "node:fs/promises";
import { backupRecordSchema, type BackupAbout, type BackupRecord } from "../../shared/model/backup.ts";
import { BackupError, HEADER, openHeader, ENCRYPTED_CHUNK, type Keys } from "./container.ts";
import { createTally } from "./tally.ts";

/** Maximum length of a line: a message body with every character escaped, and the other fields. */
const MAX_LINE = 4 * 1024 * 1024;

/**
 * Reads the first record only; does not detect damage further on.
 * @throws {BackupError}; the system error if the file is not readable
 */
export function inspectBackup(path: string, passphrase: string): Promise<BackupAbout> {
  return withFile(path, passphrase, async (file, keys) => {
    for await (const [first] of readRecords(file, keys)) if (first?.kind === "about") return first;
    throw new BackupError("damaged-backup", "it does not say what it is");
  });
}

/**
 * Passes all records to `take`, in groups. The backup is complete and valid only when the promise resolves; until then
 * the caller must keep the records separate.
 * @throws {BackupError}; the system error if the file is not readable; errors of `take`
 */
export function readBackup(
  path: string,
  passphrase: string,
  take: (records: BackupRecord[]) => Promise<void>,
): Promise<void> {
  return withFile(path, passphrase, async (file, keys) => {
    for await (const records of readRecords(file, keys)) await take(records);
  });
}

async function withFile<T>(
  path: string,
  passphrase: string,
  work: (file: FileHandle, keys: Keys) => Promise<T>,
): Promise<T> {
  const file = await open(path, "r");
  try {
    if (!(await file.stat()).isFile()) throw new BackupError("not-a-backup", "it is no file");
    const header = Buffer.alloc(HEADER);
    const { bytesRead } = await file.read(header, 0, HEADER, 0);
    return await work(file, await openHeader(header.subarray(0, bytesRead), passphrase));
  } finally {
    await file.close();
  }
}

/**
 * The records of an open file, grouped by chunk. Ends only after a valid `end` record.
 * @throws {BackupError} `damaged-backup`
 */
export async function* readRecords(file: FileHandle, keys: Keys): AsyncGenerator<BackupRecord[]> {
  const tally = createTally();
  let started = false;
  let ended = false;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(file, keys)) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const records: BackupRecord[] = [];
    let from = 0;
    for (let to = all.indexOf(0x0a); to >= 0; to = all.indexOf(0x0a, from)) {
      const line = all.subarray(from, to + 1);
      from = to + 1;
      const record = recordOf(line);
      if (ended || started === (record.kind === "about"))
        throw new BackupError("damaged-backup", "records out of order");
      started = true;
      if (record.kind === "end") {
        ended = true;
        const { contacts, chats, messages } = record.counts;
        const same =
          contacts === tally.counts.contacts && chats === tally.counts.chats && messages === tally.counts.messages;
        if (!same || record.digest !== tally.digest()) throw new BackupError("damaged-backup", "the sums are wrong");
      }
      tally.add(record, line);
      records.push(record);
    }
    rest = all.subarray(from);
    if (rest.length > MAX_LINE) throw new BackupError("damaged-backup", "a record is too long");
    yield records;
  }
  if (!ended || rest.length > 0) throw new BackupError("damaged-backup", "the end is missing");
}

async function* readChunks(file: FileHandle, keys: Keys): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  for (let number = 0, at = HEADER; number === 0 || at < size; number++) {
    const sealed = Buffer.alloc(Math.min(ENCRYPTED_CHUNK, Math.max(0, size - at)));
    const { bytesRead } = await file.read(sealed, 0, sealed.length, at);
    if (bytesRead < sealed.length) throw new BackupError("damaged-backup", "the file became shorter");
    at += bytesRead;
    yield keys.decrypt(sealed, number, at >= size);
  }
}

function recordOf(line: Uint8Array): BackupRecord {
  try {
    return backupRecordSchema.parse(JSON.parse(Buffer.from(line).toString("utf8")));
  } catch {
    throw new BackupError("damaged-backup", "a record cannot be understood");
  }
}
