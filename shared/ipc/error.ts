/** Errors of IPC commands: plain data with a code that has a sentence in the catalogue. */

/** Why a command failed. Each code has a sentence `error.<code>` in the catalogue. */
export const errorCodes = [
  "bad-arguments", // the call does not fit the contract
  "unsendable-text", // a password or an exact name contains characters that XML cannot carry
  "unknown-command",
  "forbidden", // wrong frame or origin
  "not-found",
  "store-locked",
  "store-not-writable",
  "offline", // needs a connection
  "server-refused", // the server answered with a stanza error
  "timeout",
  "not-a-room", // the address is that of a person or a server
  "bad-link", // scheme not allowed
  "bad-recovery-key",
  "reaction-not-encrypted", // would be sent in plaintext into an encrypted chat
  "nickname-changed", // our message was written under another nickname, so others would not take the correction for one
  "chat-is-encrypted", // plaintext was about to be sent into an encrypted chat
  "key-has-changed", // not the key that the user saw
  "bad-device-address", // not an `xmpp:` URI with keys, or of another person
  "busy", // another backup or restore is running
  "file-not-written", // the backup could not be saved: disk full, no permission
  "file-not-read",
  "picture-not-read",
  "file-not-fetched", // the server refused it, or it was modified
  "file-too-large", // our server takes no file of this size
  "file-disk-full", // no space to keep a file until it is sent
  "upload-not-supported", // our server takes no files
  "not-a-backup",
  "newer-backup", // written by a newer version
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
