/**
 * The first schema. Never edit it after its release: write the next migration instead.
 *
 * `messages.chat_id` and `outbox.message_id` have no foreign key on purpose: removing an account deletes its chats at
 * once and leaves the messages to be deleted in slices (see `purge.ts`). Ids are never reused (AUTOINCREMENT), so
 * leftover rows can never appear in a new chat.
 */
export const sql = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  jid TEXT NOT NULL,
  password TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  advanced TEXT NOT NULL, -- JSON
  pinned_fingerprint TEXT,
  presence TEXT NOT NULL, -- JSON
  roster_version TEXT
) STRICT;

CREATE TABLE memory (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  name TEXT NOT NULL,
  groups TEXT NOT NULL, -- JSON
  subscription TEXT NOT NULL,
  asked INTEGER NOT NULL,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  nickname TEXT NOT NULL,
  message TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE chats (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'contact',
  unread INTEGER NOT NULL DEFAULT 0,
  first_unread INTEGER, -- id of a message
  read_position INTEGER NOT NULL DEFAULT -1, -- everything up to here was read
  last_id INTEGER, -- the newest message
  last_position INTEGER NOT NULL DEFAULT -1,
  activity_at INTEGER NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  muted INTEGER NOT NULL DEFAULT 0,
  closed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, jid)
) STRICT;
CREATE INDEX chats_by_activity ON chats (pinned, activity_at, id) WHERE closed = 0;
CREATE INDEX chats_with_unread ON chats (unread) WHERE unread > 0 AND muted = 0 AND closed = 0;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chat_id INTEGER NOT NULL,
  position INTEGER NOT NULL, -- see position.ts
  outgoing INTEGER NOT NULL,
  sender TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  delivery TEXT,
  failure_condition TEXT,
  failure_text TEXT,
  token TEXT, -- origin-id, else the stanza id: what tells a message that comes twice
  stanza_id TEXT, -- only where it differs from the token
  archive_id TEXT
) STRICT;
CREATE UNIQUE INDEX messages_in_order ON messages (chat_id, position);
CREATE INDEX messages_by_token ON messages (chat_id, token) WHERE token IS NOT NULL;
CREATE UNIQUE INDEX messages_by_archive_id ON messages (chat_id, archive_id) WHERE archive_id IS NOT NULL;

CREATE TABLE outbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which it is sent
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  origin_id TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, origin_id)
) STRICT;
CREATE INDEX outbox_in_order ON outbox (account, place);

-- Chats of removed accounts whose messages are still to be cleared away.
CREATE TABLE purge (
  chat_id INTEGER PRIMARY KEY NOT NULL
) STRICT;
`;
