/** Messages that the user has marked with a star, on this device only. */
export const sql = `
ALTER TABLE messages ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_starred ON messages (sent_at, id) WHERE starred = 1;
CREATE INDEX messages_starred_of_chat ON messages (chat_id, sent_at, id) WHERE starred = 1;
`;
