/**
 * For archives (XEP-0313): the known spans, unread messages at any position, markers for unknown messages, and how far
 * displayed positions were sent.
 */
export const sql = `
ALTER TABLE messages ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN markable INTEGER NOT NULL DEFAULT 0; -- the sender asks for a display marker
ALTER TABLE messages ADD COLUMN local INTEGER NOT NULL DEFAULT 0; -- written on this device
UPDATE messages SET local = outgoing;
UPDATE messages SET unread = 1
  WHERE outgoing = 0 AND position > (SELECT read_position FROM chats WHERE chats.id = messages.chat_id);
CREATE INDEX messages_unread ON messages (chat_id, position) WHERE unread = 1;
CREATE INDEX messages_by_stanza_id ON messages (chat_id, stanza_id) WHERE stanza_id IS NOT NULL;

ALTER TABLE chats ADD COLUMN peer_read_position INTEGER NOT NULL DEFAULT -1; -- the contact has seen ours up to here
ALTER TABLE chats ADD COLUMN told_position INTEGER NOT NULL DEFAULT -1; -- the contact knows that we have seen up to here
ALTER TABLE chats ADD COLUMN synced_position INTEGER NOT NULL DEFAULT -1; -- our other devices know
UPDATE chats SET told_position = read_position, synced_position = read_position;
CREATE INDEX chats_to_tell ON chats (account) WHERE read_position > told_position OR read_position > synced_position;

-- A piece of an archive that is held without a gap, and the positions between which its messages are.
CREATE TABLE spans (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  archive TEXT NOT NULL, -- the archive's JID
  peer TEXT NOT NULL, -- one contact's part of it, or '' for all
  oldest_id TEXT, -- archive ids; null until the first is known
  oldest_at INTEGER, -- its stamp, ms
  newest_id TEXT,
  oldest_position INTEGER NOT NULL,
  newest_position INTEGER NOT NULL,
  opened_position INTEGER NOT NULL, -- what came live in its session is behind
  delayed INTEGER NOT NULL DEFAULT 0, -- delayed stanzas are below it, and the archive has what is around them
  from_start INTEGER NOT NULL DEFAULT 0 -- nothing older is in the archive
) STRICT;
CREATE INDEX spans_in_order ON spans (account, archive, peer, newest_position);

-- Said of a message that is not here yet: catching up reads the newest first.
CREATE TABLE marks (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  token TEXT NOT NULL,
  kind TEXT NOT NULL, -- received, displayed, own-displayed (token: the stanza id), own-synced (token: the archive id)
  PRIMARY KEY (account, jid, token, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE outbox ADD COLUMN tried_at INTEGER; -- the first try, ms
`;
