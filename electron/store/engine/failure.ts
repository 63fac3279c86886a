/** What SQLite and the file system complain about, in the words of the contract. */
import { StoreError, type StoreErrorCode } from "../contract/index.ts";

/** By SQLite's name, or the beginning of it: extended names such as SQLITE_IOERR_WRITE start with the plain one. */
const CODES: readonly (readonly [string, StoreErrorCode])[] = [
  ["SQLITE_FULL", "full"],
  ["SQLITE_READONLY", "read-only"],
  ["SQLITE_IOERR", "io"],
  ["SQLITE_CANTOPEN", "io"],
  ["SQLITE_BUSY", "io"],
  ["SQLITE_NOTADB", "damaged"],
  ["SQLITE_CORRUPT", "damaged"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
];

/** Any error as a `StoreError`; the message never holds a key or a text of the user. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { message, code = "" } =
    error instanceof Error ? (error as Error & { code?: string }) : { message: String(error) };
  const known = CODES.find(([name]) => code.startsWith(name));
  if (known !== undefined) return new StoreError(known[1], message);
  return new StoreError(/^E[A-Z]+$/.test(code) || message.startsWith("sqlite open error") ? "io" : "internal", message);
}
