/** Reactions (XEP-0444): the present set of each person for a message. */
export const sql = `
ALTER TABLE messages ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0; -- there are, or were, reactions to it

-- No foreign keys, as for messages: see purge.ts.
CREATE TABLE reactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chat_id INTEGER NOT NULL,
  message_id INTEGER, -- null: it is not here yet
  target TEXT NOT NULL, -- the id that it names
  sender TEXT NOT NULL, -- who reacts, as of amendments
  outgoing INTEGER NOT NULL,
  nickname TEXT,
  occupant_id TEXT,
  real_jid TEXT,
  stay TEXT,
  token TEXT, -- the origin-id of what said it, else its id
  emoji TEXT NOT NULL, -- with spaces between; empty: all taken back, and kept so that an older one does not bring them back
  place INTEGER NOT NULL, -- as of corrections: its place among the positions of messages
  live INTEGER NOT NULL, -- it came, or went, in its time; 0: the archive shows its place
  sent_at INTEGER NOT NULL,
  before TEXT, -- of ours: what they were before the last change
  failure_condition TEXT, -- why that was refused
  failure_text TEXT,
  refused TEXT -- the token of what was refused: the archive has it all the same
) STRICT;
CREATE INDEX reactions_of_chat ON reactions (chat_id, id);
CREATE INDEX reactions_of_message ON reactions (message_id);
CREATE INDEX reactions_of_reactor ON reactions (message_id, outgoing, occupant_id);
CREATE INDEX reactions_waiting ON reactions (chat_id, target) WHERE message_id IS NULL;
CREATE INDEX reactions_waiting_longest ON reactions (chat_id, sent_at, id) WHERE message_id IS NULL;
CREATE INDEX reactions_of_ours ON reactions (chat_id, token) WHERE outgoing = 1;

ALTER TABLE outbox ADD COLUMN reaction_id INTEGER; -- it tells our reactions to the message
`;
