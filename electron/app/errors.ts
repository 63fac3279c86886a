/** Maps failures of the layers below to the error codes of the contract. */
import { NotARoom, NotCommitted, NotConnected, RequestTimeout, StanzaError } from "../xmpp/stream.ts";
import { StoreError } from "../store/contract/index.ts";
import { CommandError } from "./host.ts";

const NOT_WRITABLE = new Set(["full", "read-only", "io"]);

/** True if the store is open but cannot write: the disk is full, read-only or failing. */
export function isNotWritable(error: unknown): error is StoreError {
  return error instanceof StoreError && NOT_WRITABLE.has(error.code);
}

/**
 * For the XMPP layer: reports a store failure as NotCommitted; other errors pass through.
 * @throws {NotCommitted}
 */
export const committed = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof StoreError ? new NotCommitted(error, error.code !== "internal") : error;
  });

/** The contract error for anything that a use case may throw; unknown errors are returned unchanged. */
export function asCommandError(thrown: unknown): unknown {
  const error = thrown instanceof NotCommitted ? thrown.cause : thrown;
  if (error instanceof CommandError) return error;
  if (error instanceof NotConnected) return new CommandError("offline", error.message, true);
  if (error instanceof NotARoom) return new CommandError("not-a-room", error.message);
  if (error instanceof RequestTimeout) return new CommandError("timeout", error.message, true);
  if (error instanceof StanzaError) return new CommandError("server-refused", error.message, error.type === "wait");
  if (isNotWritable(error)) return new CommandError("store-not-writable", error.message, true);
  if (error instanceof StoreError && error.code === "closed")
    return new CommandError("store-locked", error.message, true);
  return error;
}
