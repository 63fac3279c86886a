/** Corrections (XEP-0308), retractions (XEP-0424) and moderation (XEP-0425), and the earlier versions of a message. */
export const sql = `
ALTER TABLE messages ADD COLUMN stay TEXT; -- a presence of its writer's nickname, where a room has no occupant ids
ALTER TABLE messages ADD COLUMN edited_at INTEGER; -- the newest correction
ALTER TABLE messages ADD COLUMN retracted_at INTEGER; -- the text is gone since
ALTER TABLE messages ADD COLUMN moderated INTEGER NOT NULL DEFAULT 0; -- by the room
ALTER TABLE messages ADD COLUMN retracted_by TEXT; -- nickname of the moderator
ALTER TABLE messages ADD COLUMN retracted_reason TEXT;
ALTER TABLE messages ADD COLUMN amending TEXT; -- what of ours is not at the server yet: correction, retraction
ALTER TABLE messages ADD COLUMN amending_condition TEXT; -- why it was refused
ALTER TABLE messages ADD COLUMN amending_text TEXT;

-- No foreign keys, as for messages: see purge.ts.
CREATE TABLE amendments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chat_id INTEGER NOT NULL,
  message_id INTEGER, -- what it amends; null: that is not here yet
  kind TEXT NOT NULL, -- original (the first text), correction, retraction, moderation
  target TEXT, -- the id that it names
  sender TEXT NOT NULL,
  outgoing INTEGER NOT NULL,
  nickname TEXT,
  occupant_id TEXT,
  real_jid TEXT,
  stay TEXT,
  token TEXT, -- its own ids, as those of messages
  stanza_id TEXT,
  archive_id TEXT,
  body TEXT, -- null where there is none, or none any more
  place INTEGER NOT NULL DEFAULT 0, -- of a correction: its place among the positions of messages; the clock of a server is not ours
  sent_at INTEGER NOT NULL,
  encryption TEXT,
  device INTEGER,
  trust TEXT,
  moderator TEXT,
  reason TEXT
) STRICT;
CREATE INDEX amendments_of_chat ON amendments (chat_id, id);
CREATE INDEX amendments_waiting ON amendments (chat_id, target, sent_at, id) WHERE message_id IS NULL;
CREATE INDEX amendments_waiting_longest ON amendments (chat_id, sent_at, id) WHERE message_id IS NULL;
CREATE INDEX amendments_by_token ON amendments (chat_id, token) WHERE token IS NOT NULL;
CREATE INDEX amendments_by_stanza_id ON amendments (chat_id, stanza_id) WHERE stanza_id IS NOT NULL;
CREATE INDEX amendments_by_archive_id ON amendments (chat_id, archive_id) WHERE archive_id IS NOT NULL;
CREATE INDEX amendments_of_message ON amendments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX versions_in_order ON amendments (message_id, place, sent_at, id) WHERE message_id IS NOT NULL AND body IS NOT NULL;

ALTER TABLE outbox ADD COLUMN amendment_id INTEGER; -- null: the message itself
CREATE INDEX outbox_of_message ON outbox (message_id);
`;
