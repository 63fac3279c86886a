/** Which stored message a new one repeats: by its archive id, its origin-id (XEP-0359), or its stanza id and text. */
import type { Connection } from "./connection.ts";
import { byTime } from "./position.ts";

export interface Known {
  id: number;
  position: number;
  outgoing: number;
  local: number;
  delivery: string | null;
  archive_id: string | null;
}

export interface Candidate {
  from: string;
  body: string;
  sentAt: number;
  originId: string | null;
  stanzaId: string | null;
  archiveId: string | null;
}

export interface Repetitions {
  /**
   * @param archiveChanged the archive gave new names to what it held: then a message without any id of its own is
   *   known by its sender, text and time
   */
  find(chatId: number, of: Candidate, archiveChanged?: boolean): Known | undefined;
  /** Keeps the name that the archive gives a known message: catching up starts from there. */
  learn(known: Known, archiveId: string): void;
}

/** How far the clocks may be apart, ms. */
const NEAR = 60_000;
const COLUMNS = "id, position, outgoing, local, delivery, archive_id";

export function repetitions({ rows, command }: Connection): Repetitions {
  const byArchiveId = rows<Known>(`SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND archive_id = ?`);
  const byToken = rows<Known & { sender: string; body: string }>(
    `SELECT ${COLUMNS}, sender, body FROM messages WHERE chat_id = ? AND token = ?`,
  );
  const nearby = rows<Known>(
    `SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND position BETWEEN ? AND ? AND sender = ? AND body = ? ORDER BY position`,
  );
  const setArchiveId = command("UPDATE OR IGNORE messages SET archive_id = ? WHERE id = ?");
  /** Rows that got a new name: each stands for one message of the changed archive only. */
  const renamed = new Set<number>();

  function byIds(chatId: number, { from, body, originId, stanzaId, archiveId }: Candidate): Known | undefined {
    const named = archiveId === null ? undefined : byArchiveId.get(chatId, archiveId);
    if (named !== undefined) return named;
    const token = originId ?? stanzaId;
    if (token === null) return undefined;
    // An origin-id is unique by itself (XEP-0359 §2); a stanza id need be so only within a stream (RFC 6120
    // §8.1.3), and clients that count from 1 exist. So the bare id tells a repetition only of the same text.
    return byToken.all(chatId, token).find((known) => known.sender === from && (originId !== null || known.body === body));
  }

  return {
    find(chatId, of, archiveChanged = false) {
      const known = byIds(chatId, of);
      if (known !== undefined || !archiveChanged || (of.originId ?? of.stanzaId) !== null) return known;
      return nearby
        .all(chatId, byTime(of.sentAt - NEAR), byTime(of.sentAt + NEAR), of.from, of.body)
        .find((one) => !renamed.has(one.id));
    },
    learn(known, archiveId) {
      if (known.archive_id === archiveId) return;
      if (known.archive_id !== null) renamed.add(known.id);
      setArchiveId.run(archiveId, known.id);
    },
  };
}
