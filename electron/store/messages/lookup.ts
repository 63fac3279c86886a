/**
 * Finds stored messages by the ids that others know. The caller must check the author: the ids of others are no secret,
 * especially in a room.
 */
import type { Connection } from "../engine/connection.ts";

export interface Lookup<R> {
  byId(id: number): R | undefined;
  /** By archive id. */
  byArchiveId(chat: number, id: string): R | undefined;
  /** By origin-id, or by the `id` attribute if there is none. */
  byToken(chat: number, id: string): R[];
  /** By either id that the author gave it. */
  byAuthorsId(chat: number, id: string): R[];
  /** By either id of a correction: some clients name the last correction. */
  byCorrection(chat: number, id: string): R[];
  /** By the archive id of a correction. */
  byCorrectionInArchive(chat: number, id: string): R | undefined;
}

/** @param columns of `messages`, as in SQL @param only an additional condition */
export function messageLookup<R extends object>(
  { rows, column }: Connection,
  columns: string,
  only = "TRUE",
): Lookup<R> {
  const query = (where: string) => rows<R>(`SELECT ${columns} FROM messages WHERE ${where} AND ${only}`);
  const corrected = (where: string) =>
    column<number>(
      `SELECT message_id FROM amendments WHERE kind = 'correction' AND message_id IS NOT NULL AND chat_id = ? AND ${where}`,
    );
  const one = query("id = ?");
  const ofArchive = query("chat_id = ? AND archive_id = ?");
  const ofToken = query("chat_id = ? AND token = ?");
  const ofMessageId = query("chat_id = ? AND stanza_id = ?");
  const correctedByToken = corrected("token = ?");
  const correctedByMessageId = corrected("stanza_id = ?");
  const correctedInArchive = corrected("archive_id = ?");

  const byId = (id: number): R | undefined => one.get(id);
  return {
    byId,
    byArchiveId: (chat, id) => ofArchive.get(chat, id),
    byToken: (chat, id) => ofToken.all(chat, id),
    byAuthorsId: (chat, id) => [...ofToken.all(chat, id), ...ofMessageId.all(chat, id)],
    byCorrection: (chat, id) =>
      [...correctedByToken.all(chat, id), ...correctedByMessageId.all(chat, id)].flatMap((found) => byId(found) ?? []),
    byCorrectionInArchive(chat, id) {
      const found = correctedInArchive.get(chat, id);
      return found === undefined ? undefined : byId(found);
    },
  };
}
