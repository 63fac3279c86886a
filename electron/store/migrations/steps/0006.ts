/**
 * Encryption in rooms (XEP-0384): whether a room could be encrypted when we were last in it, and devices that wait for
 * a decision.
 */
export const sql = `
ALTER TABLE rooms ADD COLUMN can_encrypt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN undecided INTEGER NOT NULL DEFAULT 0; -- new devices of verified members
`;
