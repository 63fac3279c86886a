/** The password of a room, as far as the invitation into it contains one (XEP-0045 §7.8.2, XEP-0249 §2). */
export const sql = `
ALTER TABLE invitations ADD COLUMN password TEXT;
`;
