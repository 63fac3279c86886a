/** Converts errors of SQLite and the file system to those of the contract. */
import { StoreError, type StoreErrorCode } from "../contract/index.ts";

/** By SQLite's name or its prefix: extended names such as SQLITE_IOERR_WRITE begin with the plain one. */
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

/** Converts any error to a `StoreError`; the message never contains a key or a text of the user. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { message, code = "" } =
    error instanceof Error ? (error as Error & { code?: string }) : { message: String(error) };
  const known = CODES.find(([name]) => code.startsWith(name));
  if (known !== undefined) return new StoreError(known[1], message);
  return new StoreError(/^E[A-Z]+$/.test(code) || message.startsWith("sqlite open error") ? "io" : "internal", message);
}
