/**
 * Copies of files on this disk, each encrypted with a key of its own: a file is fetched only once. And what the gallery
 * needs to list files and links in the order of time: `shelf`, `chat_id` and `sent_at` repeat what follows from the
 * file and its message.
 */
import { shelfOf } from "../../../../shared/files/file-kind.ts";
import type { Connection } from "../../engine/connection.ts";

export const sql = `
-- No foreign keys, as for messages: see purge.ts.
CREATE TABLE kept_files (
  message_id INTEGER NOT NULL,
  place INTEGER NOT NULL, -- its index in the message
  sources TEXT NOT NULL, -- as in files: the copy is of just this file
  id TEXT NOT NULL, -- the name of the copy
  iv TEXT NOT NULL,
  key TEXT NOT NULL,
  size INTEGER NOT NULL,
  kept_at INTEGER NOT NULL, -- ms
  PRIMARY KEY (message_id, place)
) STRICT, WITHOUT ROWID;
DROP TRIGGER files_of_deleted;
CREATE TRIGGER files_of_deleted AFTER DELETE ON messages BEGIN
  DELETE FROM files WHERE message_id = old.id;
  DELETE FROM kept_files WHERE message_id = old.id;
END;
ALTER TABLE files ADD COLUMN shelf TEXT NOT NULL DEFAULT 'document';
ALTER TABLE files ADD COLUMN chat_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0;
UPDATE files SET (chat_id, sent_at) = (SELECT chat_id, sent_at FROM messages WHERE id = message_id);
CREATE TRIGGER files_of_moved AFTER UPDATE OF chat_id ON messages BEGIN
  UPDATE files SET chat_id = new.chat_id WHERE message_id = new.id;
END;
CREATE INDEX files_of_all ON files (shelf, sent_at, message_id, place);
CREATE INDEX files_of_chat ON files (chat_id, shelf, sent_at, message_id, place);
CREATE INDEX messages_with_links ON messages (sent_at, id) WHERE instr(body, '://') > 0;
`;

export function convert({ db }: Pick<Connection, "db">): void {
  const files = db.prepare("SELECT message_id, place, media_type, name FROM files");
  const put = db.prepare("UPDATE files SET shelf = ? WHERE message_id = ? AND place = ?");
  type Row = { message_id: number; place: number; media_type: string | null; name: string | null };
  for (const { message_id: message, place, media_type: type, name } of files.all<Row>())
    put.run([shelfOf(type, name), message, place]);
}
