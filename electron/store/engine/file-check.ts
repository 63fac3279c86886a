/**
 * Checks a database file before SQLite opens it, without changing anything: is the key right, is the file complete,
 * which version wrote it? SQLite itself would write the log back into the file when it closes a database that we must
 * not change.
 *
 * The format is that of SQLCipher 4 (https://www.zetetic.net/sqlcipher/design/): pages of 4096 bytes, each AES-256-CBC
 * with its IV and an HMAC-SHA512 over ciphertext, IV and page number in the last 80 bytes; the first 16 bytes of the
 * file are the salt. The log is SQLite's (https://www.sqlite.org/fileformat2.html §4).
 */
import { createDecipheriv, createHmac, pbkdf2Sync } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StoreError } from "../contract/index.ts";
import { VERSION } from "../migrations/index.ts";

const PAGE = 4096;
const SALT = 16;
const IV = 16;
const HMAC = 64;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
/** Number of pages that are tried to distinguish a wrong key from a damaged first page. */
const SAMPLES = 64;

interface Opened {
  size: number;
  read(offset: number, length: number): Buffer;
  close(): void;
}

function open(path: string): Opened | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new StoreError("io", (error as Error).message);
  }
  const stat = fstatSync(file);
  if (!stat.isFile()) {
    closeSync(file);
    throw new StoreError("io", "not a regular file");
  }
  return {
    size: stat.size,
    read(offset, length) {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    },
    close: () => closeSync(file),
  };
}

/** Checks pages of one file with one key. */
function pages(key: Uint8Array, salt: Buffer) {
  const hmacKey = pbkdf2Sync(
    key,
    salt.map((byte) => byte ^ 0x3a),
    2,
    32,
    "sha512",
  );
  return {
    isGenuine(page: Buffer, number: number): boolean {
      if (page.length !== PAGE) return false;
      const counter = Buffer.alloc(4);
      counter.writeUInt32LE(number);
      const signed = page.subarray(number === 1 ? SALT : 0, PAGE - HMAC);
      return createHmac("sha512", hmacKey)
        .update(signed)
        .update(counter)
        .digest()
        .equals(page.subarray(PAGE - HMAC));
    },
    /** The database header (fileformat2 §1.3) from page 1. */
    header(page: Buffer): { pageCount: number; version: number } {
      const decipher = createDecipheriv("aes-256-cbc", key, page.subarray(PAGE - HMAC - IV, PAGE - HMAC));
      const plain = decipher.setAutoPadding(false).update(page.subarray(SALT, PAGE - HMAC - IV));
      return { pageCount: plain.readUInt32BE(28 - SALT), version: plain.readUInt32BE(60 - SALT) };
    },
  };
}

/** Page numbers and offsets of the committed frames of a write-ahead log; empty if there is none. */
function committedFrames(log: Opened | null): { page: number; offset: number }[] {
  if (log === null || log.size < LOG_HEADER) return [];
  const salts = log.read(16, 8);
  const frames: { page: number; offset: number }[] = [];
  let committed = 0;
  for (let offset = LOG_HEADER; offset + FRAME_HEADER + PAGE <= log.size; offset += FRAME_HEADER + PAGE) {
    const header = log.read(offset, FRAME_HEADER);
    if (!header.subarray(8, 16).equals(salts)) break;
    frames.push({ page: header.readUInt32BE(0), offset: offset + FRAME_HEADER });
    if (header.readUInt32BE(4) > 0) committed = frames.length;
  }
  return frames.slice(0, committed);
}

/** The ciphertext of a page has nearly all byte values; text, zeros and other files have not. */
const looksEncrypted = (page: Buffer): boolean => page.length === PAGE && new Set(page).size > 200;

/**
 * @param path the database; its log is next to it
 * @returns `absent` if there is no file, `ours` if SQLite may open it
 * @throws {StoreError} `wrong-key`, `damaged`, `newer`, `io`
 */
export function checkFile(path: string, key: Uint8Array, version = VERSION): "absent" | "ours" {
  const file = open(path);
  if (file === null) return "absent";
  let log: Opened | null = null;
  try {
    log = open(`${path}-wal`);
    const first = file.read(0, PAGE);
    if (first.length < PAGE) throw new StoreError("damaged", `the file has only ${file.size} bytes`);
    const check = pages(key, first.subarray(0, SALT));
    const frames = committedFrames(log);

    const isFirstGenuine = check.isGenuine(first, 1);
    if (!isFirstGenuine) {
      const inLog = frames.slice(-SAMPLES).some(({ page, offset }) => check.isGenuine(log!.read(offset, PAGE), page));
      const last = Math.min(SAMPLES, Math.floor(file.size / PAGE));
      let inFile = false;
      for (let number = 2; number <= last && !inFile; number++) {
        inFile = check.isGenuine(file.read((number - 1) * PAGE, PAGE), number);
      }
      if (!inLog && inFile) throw new StoreError("damaged", "the first page is damaged");
      if (!inLog && !looksEncrypted(first)) throw new StoreError("damaged", "not an encrypted database");
      if (!inLog) throw new StoreError("wrong-key", "the key does not fit this file");
    }

    // The newest committed first page counts; it may still be in the log.
    const newest = frames.findLast(({ page }) => page === 1);
    const page = newest === undefined ? first : log!.read(newest.offset, PAGE);
    if (newest === undefined && !isFirstGenuine) throw new StoreError("damaged", "the first page is damaged");
    if (newest !== undefined && !check.isGenuine(page, 1)) throw new StoreError("damaged", "the log is damaged");
    const header = check.header(page);
    if (frames.length === 0 && file.size < header.pageCount * PAGE) {
      throw new StoreError("damaged", `the file has ${file.size} of ${header.pageCount * PAGE} bytes`);
    }
    if (header.version > version) {
      throw new StoreError("newer", `written by a newer version (${header.version}, this one knows ${version})`);
    }
    return "ours";
  } finally {
    file.close();
    log?.close();
  }
}
