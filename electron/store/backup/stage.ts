/**
 * Takes in the messages of a backup where nobody sees them: under the id of a chat that is not there yet. What the
 * account has already is left out, by the rules that tell a repeated message. Nothing that can be seen changes here.
 */
import type { BackupMessage } from "../../../shared/model/backup.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { StoredProtection } from "../../model/message.ts";
import type { Writes } from "../contract/index.ts";
import { flag, messageInsertion, protectionColumns, writerColumns } from "../messages/columns.ts";
import type { Candidate, Known, Repetitions } from "../messages/repeated.ts";

/** Why a message that still waited to be sent is not: it may have been sent since, by the other installation. */
const WAITED = "waited-in-backup";

export interface Staging extends Pick<Writes, "backup.begin" | "backup.stage"> {
  /** The id under which the messages of a chat wait, which are the caller's now; undefined when none do. */
  take(jid: string): number | undefined;
  /** Nothing is staged any more: what was not taken is cleared away later. */
  clear(): void;
}

export function stagingTable(
  connection: Connection,
  { chats, repeated }: { chats: ChatsTable; repeated: Repetitions },
): Staging {
  const { rows, column, command } = connection;
  const find = column<number>("SELECT chat_id FROM staged_chats WHERE jid = ?");
  const add = command("INSERT INTO staged_chats (jid, chat_id) VALUES (?, ?)");
  const purge = command("INSERT OR IGNORE INTO purge (chat_id) SELECT chat_id FROM staged_chats");
  const forget = command("DELETE FROM staged_chats WHERE jid = ?");
  const clearChats = command("DELETE FROM staged_chats");
  const clearTexts = command("DELETE FROM staged_texts");
  // Where AUTOINCREMENT keeps the last id: one more is given out, and never again.
  const nextId = command("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'chats'");
  const firstId = command("INSERT INTO sqlite_sequence (name, seq) VALUES ('chats', 1)");
  const lastId = column<number>("SELECT seq FROM sqlite_sequence WHERE name = 'chats'");
  const at = rows<{ sender: string; body: string }>(
    "SELECT sender, body FROM messages WHERE chat_id = ? AND position = ?",
  );
  const text = command("INSERT OR REPLACE INTO staged_texts (message_id, body, device, trust) VALUES (?, ?, ?, ?)");
  // Only a file that was made by hand has the same message twice.
  const insert = messageInsertion(connection, "INSERT OR IGNORE");

  const addReaction = command(
    `INSERT INTO reactions (chat_id, message_id, target, outgoing, sender, nickname, occupant_id, real_jid, emoji, place, live, sent_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
  );
  const setReacted = command("UPDATE messages SET reacted = 1 WHERE id = ?");

  function reserve(jid: string): number {
    if (nextId.run().changes === 0) firstId.run();
    const id = lastId.get()!;
    add.run(jid, id);
    return id;
  }

  /** The message of a chat that this one repeats. */
  function knownIn(chatId: number, of: BackupMessage): Known | true | undefined {
    const there = at.get(chatId, of.position);
    if (there?.sender === of.from && there.body === of.body) return true;
    return repeated.find(chatId, candidate(of));
  }

  /** @returns how many were put in */
  function put(chatId: number, existing: ChatRow | undefined, of: BackupMessage): number {
    const isTaken = (position: number) =>
      at.get(chatId, position) !== undefined || (existing !== undefined && at.get(existing.id, position) !== undefined);
    let { position } = of;
    while (isTaken(position)) position++;
    const waited = of.delivery === "pending";
    const protection = protectionColumns(of.protection);
    const { changes, lastInsertRowid: id } = insert({
      chat_id: chatId,
      position,
      outgoing: flag(of.outgoing),
      local: flag(of.local),
      sender: of.from,
      ...writerColumns(of.writer),
      mentions_us: flag(of.mentionsUs),
      body: of.body,
      sent_at: of.sentAt,
      delivery: waited ? "failed" : of.delivery,
      failure_condition: waited ? WAITED : (of.failure?.condition ?? null),
      failure_text: of.failure?.text ?? null,
      unread: flag(of.unread && (existing === undefined || position > existing.read_position)),
      markable: flag(of.markable),
      token: of.token,
      stanza_id: of.stanzaId,
      archive_id: of.archiveId,
      ...protection,
      unexpected: of.retracted?.unencrypted === true ? 1 : protection.unexpected,
      edited_at: of.editedAt,
      retracted_at: of.retracted === null ? null : of.sentAt,
      moderated: flag(of.retracted?.moderated === true),
      retracted_by: of.retracted?.by ?? null,
      retracted_reason: of.retracted?.reason ?? null,
    });
    if (changes === 0) return 0;
    for (const { outgoing, from, writer, emoji, place, sentAt } of of.reactions) {
      const who = [outgoing ? 1 : 0, from, writer?.nickname ?? null, writer?.occupantId ?? null, writer?.jid ?? null];
      addReaction.run(chatId, id, of.archiveId ?? of.token ?? "", ...who, emoji.join(" "), place, sentAt);
    }
    if (of.reactions.length > 0) setReacted.run(id);
    return changes;
  }

  function clear(): void {
    purge.run();
    clearChats.run();
    clearTexts.run();
  }

  return {
    take(jid) {
      const id = find.get(jid);
      forget.run(jid);
      return id;
    },
    clear,
    "backup.begin": () => {
      clear();
      return null;
    },
    "backup.stage": ({ account, chat: jid, messages }) => {
      const existing = account === null ? undefined : chats.find({ account, jid });
      let staged = find.get(jid);
      let added = 0;
      for (const one of messages) {
        const known = existing === undefined ? undefined : knownIn(existing.id, one);
        if (known === undefined) {
          staged ??= reserve(jid);
          added += put(staged, existing, one);
        } else if (typeof known === "object" && mayRepair(known, one)) {
          text.run(known.id, one.body, one.protection.device, one.protection.trust);
        }
      }
      return { added };
    },
  };
}

/** It is here, but could not be read, and the backup has its text. */
function mayRepair(
  known: Known,
  of: BackupMessage,
): of is BackupMessage & { protection: Extract<StoredProtection, { kind: "omemo" }> } {
  return (
    known.encryption === "omemo" &&
    known.problem !== null &&
    known.sender === of.from &&
    of.protection.kind === "omemo" &&
    of.protection.problem === null
  );
}

/** A token is an origin-id for certain only where the stanza id is another one. */
function candidate({
  from,
  body,
  sentAt,
  token,
  stanzaId,
  archiveId,
  protection,
  writer,
  outgoing,
}: BackupMessage): Candidate {
  const ids = stanzaId === null ? { originId: null, messageId: token } : { originId: token, messageId: stanzaId };
  const room = writer === null ? {} : { room: { writer, own: outgoing } };
  return {
    from,
    body,
    sentAt,
    archiveId,
    ...ids,
    ...room,
    protection: protection.kind === "none" ? { kind: "none" } : protection,
  };
}
