/**
 * The files of our own messages (XEP-0363). The staged copy `id` exists until `url` is set; iv and key are those of the
 * copy, and of the upload in an encrypted chat.
 */
export const sql = `
CREATE TABLE outgoing_files (
  id TEXT PRIMARY KEY NOT NULL,
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  place INTEGER NOT NULL, -- within the message
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  iv TEXT NOT NULL,
  key TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  duration INTEGER,
  thumbnail TEXT,
  url TEXT -- null: not uploaded yet
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outgoing_files_by_message ON outgoing_files (message_id, place);
CREATE INDEX outgoing_files_staged ON outgoing_files (url) WHERE url IS NULL;
`;
