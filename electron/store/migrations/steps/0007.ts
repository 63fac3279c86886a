/** Avatars of people and rooms (XEP-0153, XEP-0084, XEP-0486) by hash, and the last one of each contact and room. */
export const sql = `
CREATE TABLE avatars (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  hash TEXT NOT NULL, -- SHA-1, hex
  type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (account, hash)
) STRICT;
CREATE INDEX avatars_by_age ON avatars (account, kept_at);

CREATE TABLE avatar_owners (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL, -- bare; occupants of rooms come and go, and are not kept
  hash TEXT NOT NULL,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;
`;
