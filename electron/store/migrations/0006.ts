/**
 * Encryption in rooms (XEP-0384): whether one could be encrypted when we were in it last, and what waits there for a
 * decision.
 */
export const sql = `
ALTER TABLE rooms ADD COLUMN can_encrypt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN undecided INTEGER NOT NULL DEFAULT 0; -- new devices of verified members
`;
