/**
 * Restoring a backup: its messages are staged under chats that do not exist yet, and become visible together with their
 * chats. The rest of a crash is deleted at the next start.
 */
export const sql = `
CREATE TABLE staged_chats (
  jid TEXT PRIMARY KEY NOT NULL,
  chat_id INTEGER NOT NULL -- of the messages; the chat will get it, and no other chat ever
) STRICT, WITHOUT ROWID;

-- Texts of messages that are here, but could not be decrypted.
CREATE TABLE staged_texts (
  message_id INTEGER PRIMARY KEY NOT NULL,
  body TEXT NOT NULL,
  device INTEGER,
  trust TEXT
) STRICT;
`;
