/**
 * Finds stored messages by the ids that others know them by. Who may be meant by an id is the caller's business: the
 * ids of others are no secret, least of all in a room.
 */
import type { Connection } from "../engine/connection.ts";

export interface Lookup<R> {
  byId(id: number): R | undefined;
  /** By the name that the archive of its chat gave it. */
  byArchiveId(chat: number, id: string): R | undefined;
  /** By its origin-id, or its `id` attribute where it has no other. */
  byToken(chat: number, id: string): R[];
  /** By either id that its author gave it. */
  byAuthorsId(chat: number, id: string): R[];
  /** By either id that the author of a correction gave that: some programs name the last correction. */
  byCorrection(chat: number, id: string): R[];
  /** The same, by the name that the archive gave the correction. */
  byCorrectionInArchive(chat: number, id: string): R | undefined;
}

/** @param columns of `messages`, as they are called in SQL @param only a condition that all must meet */
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
