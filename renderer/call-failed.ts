/** Failures of the core's commands. */
import type { ErrorCode } from "../shared/ipc/index.ts";

/** A command that failed. `code` has a sentence `error.<code>` in the catalogue; `message` is for the log. */
export class CallFailed extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  constructor(code: ErrorCode, message: string, retryable: boolean) {
    super(message);
    this.name = "CallFailed";
    this.code = code;
    this.retryable = retryable;
  }
}

/** The code of a caught error; `internal` for anything but a `CallFailed`. */
export const errorCodeOf = (error: unknown): ErrorCode => (error instanceof CallFailed ? error.code : "internal");
