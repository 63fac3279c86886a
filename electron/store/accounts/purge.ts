/**
 * Deletes the messages of removed accounts in slices, so that nothing waits for a million deletions. What is left when
 * the program ends is deleted after the next start, and so is a partly restored backup.
 */
import { log } from "../../log/log.ts";
import type { Connection } from "../engine/connection.ts";

const SLICE = 500;

/** @returns a function that deletes one slice in a transaction of its own; true while there is more */
export function purging({ db, column, command }: Connection): () => boolean {
  const next = column<number>("SELECT chat_id FROM purge LIMIT 1");
  const clear = command(
    `DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE chat_id = ? ORDER BY position LIMIT ${SLICE})`,
  );
  const clearAmendments = command(
    `DELETE FROM amendments WHERE id IN (SELECT id FROM amendments WHERE chat_id = ? ORDER BY id LIMIT ${SLICE})`,
  );
  const clearReactions = command(
    `DELETE FROM reactions WHERE id IN (SELECT id FROM reactions WHERE chat_id = ? ORDER BY id LIMIT ${SLICE})`,
  );
  const done = command("DELETE FROM purge WHERE chat_id = ?");
  const isStaged = column<number>("SELECT 1 FROM staged_chats LIMIT 1");
  let started = false;

  function inTransaction(work: () => void): void {
    db.exec("BEGIN IMMEDIATE");
    try {
      work();
      db.exec("COMMIT");
    } catch (error) {
      try {
        db.exec("ROLLBACK");
      } catch (failure) {
        log.debug("store", "there was nothing to roll back", failure);
        // SQLite has already rolled back by itself.
      }
      throw error;
    }
  }

  /**
   * At the start of the program no backup is being restored, so staged messages are left from an interrupted restore.
   */
  function abandonStaged(): void {
    if (isStaged.get() === undefined) return;
    inTransaction(() =>
      db.exec(
        "INSERT OR IGNORE INTO purge SELECT chat_id FROM staged_chats; DELETE FROM staged_chats; DELETE FROM staged_texts",
      ),
    );
  }

  return () => {
    if (!started) abandonStaged();
    started = true;
    const chatId = next.get();
    if (chatId === undefined) return false;
    inTransaction(() => {
      if ([clear, clearAmendments, clearReactions].every((one) => one.run(chatId).changes < SLICE)) done.run(chatId);
    });
    return true;
  };
}
