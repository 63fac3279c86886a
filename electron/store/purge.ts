/**
 * Clears away the messages of removed accounts in slices, so that nothing waits for a million deletions.
 * What is left when the program ends is taken up at the next start.
 */
import type { Connection } from "./connection.ts";

const SLICE = 500;

/** @returns a function that clears one slice, in a transaction of its own; true while there is more */
export function purging({ db, column, command }: Connection): () => boolean {
  const next = column<number>("SELECT chat_id FROM purge LIMIT 1");
  const clear = command(
    `DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE chat_id = ? ORDER BY position LIMIT ${SLICE})`,
  );
  const done = command("DELETE FROM purge WHERE chat_id = ?");
  return () => {
    const chatId = next.get();
    if (chatId === undefined) return false;
    db.exec("BEGIN IMMEDIATE");
    try {
      if (clear.run(chatId).changes < SLICE) done.run(chatId);
      db.exec("COMMIT");
      return true;
    } catch (error) {
      try {
        db.exec("ROLLBACK");
      } catch {
        // SQLite has already rolled back by itself.
      }
      throw error;
    }
  };
}
