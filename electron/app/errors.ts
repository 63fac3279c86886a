/** Turns the failures of the rooms below into the error codes of the contract. */
import { NotCommitted, NotConnected, RequestTimeout, StanzaError } from "../xmpp/ports.ts";
import { StoreError } from "../store/contract/index.ts";
import { CommandError } from "./host.ts";

const NOT_WRITABLE = new Set(["full", "read-only", "io"]);

/** True when the store is open but cannot write now: the disk is full, read-only or failing. */
export function isNotWritable(error: unknown): error is StoreError {
  return error instanceof StoreError && NOT_WRITABLE.has(error.code);
}

/**
 * For the XMPP side: says so where the store could not do it; other errors are thrown as they are.
 * @throws {NotCommitted}
 */
export const committed = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof StoreError ? new NotCommitted(error, error.code !== "internal") : error;
  });

/** The error of the contract for anything that a use case may throw; unknown errors are returned as they are. */
export function asCommandError(error: unknown): unknown {
  if (error instanceof CommandError) return error;
  if (error instanceof NotConnected) return new CommandError("offline", error.message, true);
  if (error instanceof RequestTimeout) return new CommandError("timeout", error.message, true);
  if (error instanceof StanzaError) return new CommandError("server-refused", error.message, error.type === "wait");
  if (isNotWritable(error)) return new CommandError("store-not-writable", error.message, true);
  if (error instanceof StoreError && error.code === "closed")
    return new CommandError("store-locked", error.message, true);
  return error;
}
