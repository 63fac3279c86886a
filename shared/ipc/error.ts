/** How a command of the contract fails: as plain data, with a code that has a sentence. */

/** Why a command failed. Each code has a sentence `error.<code>` in the catalogue. */
export const errorCodes = [
  "bad-arguments", // the call does not fit the contract
  "unsendable-text", // a password, or a text that counts as it is, holds what XML cannot carry
  "unknown-command",
  "forbidden", // wrong frame or origin
  "not-found",
  "store-locked",
  "store-not-writable",
  "offline", // needs a connection that is not there
  "server-refused", // the server answered with a stanza error
  "timeout",
  "bad-link", // scheme not allowed
  "bad-recovery-key",
  "reaction-not-encrypted", // it would go in the clear into a chat that is encrypted
  "chat-is-encrypted", // plaintext was to be sent into a chat that is encrypted
  "key-has-changed", // the key is not the one that the user saw
  "bad-device-address", // no `xmpp:` address with keys, or that of somebody else
  "busy", // a backup is being made or restored already
  "file-not-written", // the backup could not be saved: no room, no right
  "file-not-read",
  "file-not-fetched", // the server does not give it, or it was changed
  "not-a-backup",
  "newer-backup", // made by a newer version
  "wrong-passphrase",
  "damaged-backup",
  "internal",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An error as plain data. `message` is English, for logs; the window translates `code`. */
export interface IpcError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
}
export type IpcResult<T> = { ok: true; value: T } | { ok: false; error: IpcError };
