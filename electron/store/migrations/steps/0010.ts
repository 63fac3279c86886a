/** One outbox row for every kind of entry, with a reference to its content, instead of a column for each kind. */
export const sql = `
CREATE TABLE waiting (
  place INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which it is sent
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  origin_id TEXT NOT NULL,
  kind TEXT NOT NULL, -- message, amendment, reaction: the table that ref is in
  ref INTEGER NOT NULL, -- no foreign key, as for messages: see purge.ts
  attempts INTEGER NOT NULL DEFAULT 0,
  tried_at INTEGER, -- the first try, ms
  UNIQUE (account, origin_id)
) STRICT;
INSERT INTO waiting
  SELECT place, account, origin_id,
    CASE WHEN reaction_id IS NOT NULL THEN 'reaction' WHEN amendment_id IS NOT NULL THEN 'amendment' ELSE 'message' END,
    coalesce(reaction_id, amendment_id, message_id), attempts, tried_at
  FROM outbox ORDER BY place;
DROP TABLE outbox;
ALTER TABLE waiting RENAME TO outbox;
CREATE INDEX outbox_in_order ON outbox (account, place);
CREATE INDEX outbox_of_row ON outbox (kind, ref);
`;
