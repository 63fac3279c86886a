/** Who invites into a room as the room says: an occupant's nickname, and the contact who is meant (XEP-0045 §7.8.2). */
export const sql = `
ALTER TABLE invitations ADD COLUMN nickname TEXT;
ALTER TABLE invitations ADD COLUMN contact TEXT; -- where known is 0: a bare JID, which nobody can verify
`;
