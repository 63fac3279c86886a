/** The message that an unreadable correction names (XEP-0308), so that both become one line when that message comes. */
export const sql = `
ALTER TABLE messages ADD COLUMN replaces TEXT; -- where problem is set; null: it corrects nothing
CREATE INDEX messages_by_replaces ON messages (chat_id, replaces) WHERE replaces IS NOT NULL;
`;
