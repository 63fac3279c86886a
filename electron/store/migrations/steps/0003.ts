/**
 * End-to-end encryption (OMEMO, XEP-0384): the protection of each message, the encryption of a chat, our own device
 * with its keys, the devices of others, and the sessions with them.
 *
 * Keys are blobs: private ones 32 bytes, public ones 33. Everything of our own device is deleted with it; all is
 * deleted with the account.
 */
export const sql = `
ALTER TABLE chats ADD COLUMN encryption TEXT; -- what the user chose: none or omemo; null: nothing yet
ALTER TABLE chats ADD COLUMN encrypted_from INTEGER; -- position of the first encrypted message, or of the user's choice

ALTER TABLE messages ADD COLUMN encryption TEXT; -- omemo, or null for plaintext
ALTER TABLE messages ADD COLUMN device INTEGER; -- the one that wrote it
ALTER TABLE messages ADD COLUMN trust TEXT; -- what was thought of that device when it came
ALTER TABLE messages ADD COLUMN problem TEXT; -- why it could not be read; the body is empty then
ALTER TABLE messages ADD COLUMN unexpected INTEGER NOT NULL DEFAULT 0; -- plaintext in an encrypted chat

-- This installation as a device.
CREATE TABLE omemo_own (
  account TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  private_key BLOB NOT NULL,
  last_prekey INTEGER NOT NULL DEFAULT 0 -- ids are never given again
) STRICT, WITHOUT ROWID;

CREATE TABLE omemo_prekeys (
  account TEXT NOT NULL REFERENCES omemo_own (account) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  private_key BLOB NOT NULL,
  used INTEGER NOT NULL DEFAULT 0, -- no longer published, kept until catching up is over
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX omemo_used_prekeys ON omemo_prekeys (account, id) WHERE used = 1;

CREATE TABLE omemo_signed_prekeys (
  place INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were made, whatever the clock says
  account TEXT NOT NULL REFERENCES omemo_own (account) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  private_key BLOB NOT NULL,
  signature BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE INDEX omemo_signed_prekeys_in_order ON omemo_signed_prekeys (account, place);

-- Devices of contacts, and ours.
CREATE TABLE omemo_devices (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  device INTEGER NOT NULL,
  identity_key BLOB, -- null until its bundle or a message told it
  changed_key BLOB, -- another one that came under its id
  trust TEXT NOT NULL,
  active INTEGER NOT NULL, -- on the published list
  label TEXT,
  bundle TEXT NOT NULL DEFAULT 'unknown',
  first_seen_at INTEGER NOT NULL,
  last_used_at INTEGER,
  mended_at INTEGER,
  PRIMARY KEY (account, jid, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX omemo_active_devices ON omemo_devices (account, jid) WHERE active = 1;
CREATE INDEX omemo_undecided_devices ON omemo_devices (account, jid)
  WHERE active = 1 AND trust = 'undecided' AND identity_key IS NOT NULL;

-- When somebody's list of devices was told last.
CREATE TABLE omemo_lists (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  listed_at INTEGER NOT NULL,
  PRIMARY KEY (account, jid)
) STRICT, WITHOUT ROWID;

-- Records are some kilobytes, so this one has row ids.
CREATE TABLE omemo_sessions (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  jid TEXT NOT NULL,
  device INTEGER NOT NULL,
  record BLOB NOT NULL,
  UNIQUE (account, jid, device)
) STRICT;
`;
