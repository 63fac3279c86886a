/** Group chats (XEP-0045): known rooms, invitations, the author of each message in a room, and mentions of us. */
export const sql = `
ALTER TABLE chats ADD COLUMN mentions INTEGER NOT NULL DEFAULT 0; -- unread messages that name us
ALTER TABLE chats ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0; -- when a room's chat was made here, ms: its history from before counts as read

ALTER TABLE messages ADD COLUMN nickname TEXT; -- who wrote it in a room; null elsewhere, and for what the room itself says
ALTER TABLE messages ADD COLUMN occupant_id TEXT; -- XEP-0421
ALTER TABLE messages ADD COLUMN real_jid TEXT; -- where it was known when the message came
ALTER TABLE messages ADD COLUMN mentions_us INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_unread_mentions ON messages (chat_id) WHERE unread = 1 AND mentions_us = 1;

CREATE TABLE rooms (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  name TEXT NOT NULL,
  nickname TEXT NOT NULL, -- ours
  password TEXT,
  autojoin INTEGER NOT NULL,
  bookmarked INTEGER NOT NULL,
  notify TEXT NOT NULL,
  subject TEXT NOT NULL,
  archived INTEGER NOT NULL, -- its archive is read
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  room TEXT NOT NULL,
  sender TEXT NOT NULL,
  known INTEGER NOT NULL, -- a contact of ours invites
  reason TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_in_order ON invitations (account, known, received_at);
`;
