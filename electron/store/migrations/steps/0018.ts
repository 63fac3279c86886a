/** Texts that their author wants to be shown as typed (XEP-0393 §6). A correction says so for its own text. */
export const sql = `
ALTER TABLE messages ADD COLUMN unstyled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE amendments ADD COLUMN unstyled INTEGER NOT NULL DEFAULT 0;
`;
