/**
 * Files of messages (XEP-0447). A body that is only the address of one was text so far: it becomes a file, unless the
 * message still waits to be sent, since its body is what will be sent.
 */
import { linkedFile } from "../../../model/linked-file.ts";
import type { Connection } from "../../engine/connection.ts";

export const sql = `
-- No foreign keys, as for messages: see purge.ts.
CREATE TABLE files (
  message_id INTEGER NOT NULL,
  place INTEGER NOT NULL, -- its index in the message
  name TEXT, -- as the author gave it
  size INTEGER,
  media_type TEXT,
  width INTEGER,
  height INTEGER,
  duration INTEGER, -- ms
  disposition TEXT NOT NULL,
  thumbnail TEXT,
  hashes TEXT NOT NULL, -- JSON, as FileHash
  sources TEXT NOT NULL, -- JSON, as FileSource: addresses and keys
  PRIMARY KEY (message_id, place)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER files_of_deleted AFTER DELETE ON messages BEGIN
  DELETE FROM files WHERE message_id = old.id;
END;
ALTER TABLE amendments ADD COLUMN files TEXT; -- JSON, as SharedFile: those of a correction, and of the first text
ALTER TABLE staged_texts ADD COLUMN files TEXT; -- the same
`;

export function convert({ db }: Pick<Connection, "db">): void {
  // Messages are read once here, whatever they are: there is no index of their beginnings.
  const links = db.prepare(
    `SELECT id, body FROM messages WHERE (body LIKE 'aesgcm:%' OR body LIKE 'https://%' AND local = 0)
       AND retracted_at IS NULL AND (delivery IS NULL OR delivery NOT IN ('pending', 'failed'))`,
  );
  const insert = db.prepare(
    `INSERT INTO files (message_id, place, name, disposition, hashes, sources) VALUES (?, 0, ?, ?, '[]', ?)`,
  );
  const clear = db.prepare("UPDATE messages SET body = '' WHERE id = ?");
  for (const { id, body } of links.all<{ id: number; body: string }>()) {
    const file = linkedFile(body);
    if (file === null) continue;
    insert.run([id, file.name, file.disposition, JSON.stringify(file.sources)]);
    clear.run([id]);
  }
}
