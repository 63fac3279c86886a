/** The encrypted store: why it did not open, what can be done, and what it means when it cannot be written. */
export const store = {
  title: "Your messages are locked",
  notWritable: "Nothing can be saved",
  "locked-wrong-key":
    "The key in your keyring does not fit the file with your messages. That happens when the file comes from another computer or was restored from a backup.",
  "locked-key-lost":
    "The key to your messages is missing from your keyring. If the keyring is just locked, unlock it and try again.",
  "locked-damaged": "The file with your messages is not readable as a database. It may be damaged.",
  "locked-newer": "These messages were last opened by a newer version of Jackdaw. Update it, and everything is back.",
  "locked-io":
    "Your disk does not let Jackdaw read the file with your messages. Check whether the disk is there and the file may be read.",
  untouched: "Nothing was changed or deleted. The file is still here:",
  detail: "Technical detail",
  retryHint: "When you have mended the cause",
  restore: "Enter the recovery key",
  restoreHint: "64 digits that you kept from the settings",
  restoreLabel: "Recovery key",
  restorePlaceholder: "0000 0000 0000 0000 …",
  restoreBad: "A recovery key has exactly 64 digits, 0 to 9 and a to f. Here are {{count}}.",
  restoreSubmit: "Unlock",
  afresh: "Start afresh",
  afreshHint: "With an empty store; the old file is kept",
  afreshTitle: "Start with an empty store?",
  afreshBody:
    "Jackdaw puts the old file aside under another name and begins anew. You sign in again, and your server gives back what it still has. If you find the key later, the old file can still be opened.",
  afreshConfirm: "Put the old file aside",
  stillLocked: "It still does not open.",
  "not-writable-full": "The disk is full. New messages stay on the server until there is room again.",
  "not-writable-read-only": "The disk is read-only. Jackdaw shows what it has, but cannot keep anything new.",
  "not-writable-io": "The disk reports errors. Nothing new is kept until it works again.",
} as const;
