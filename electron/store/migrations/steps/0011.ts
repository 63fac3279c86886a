/** The name of an encryption that we do not support (XEP-0380). */
export const sql = `
ALTER TABLE messages ADD COLUMN method TEXT; -- where problem is 'encrypted'; null: nobody says which it is
`;
