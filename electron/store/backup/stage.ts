/**
 * Stages the messages of a backup under the id of a chat that does not exist yet, so that nobody sees them. Messages
 * that the account already has are left out, by the rules for repeated messages. Nothing visible changes.
 */
import type { BackupMessage } from "../../../shared/model/backup.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import { filesJson, type FilesTable } from "../files/files.ts";
import type { Connection } from "../engine/connection.ts";
import { withLinkedFile } from "../../model/linked-file.ts";
import type { StoredProtection } from "../../model/message.ts";
import type { Writes } from "../contract/index.ts";
import { flag, messageRestoration, partColumns, protectionColumns, writerColumns } from "../messages/columns.ts";
import type { Candidate, Known, Repetitions } from "../messages/repeated.ts";

/** The failure of a message that was waiting in the outbox: the other installation may have sent it since. */
const WAITED = "waited-in-backup";

export interface Staging extends Pick<Writes, "backup.begin" | "backup.stage"> {
  /** The id under which the messages of a chat are staged; the caller now owns them. Undefined if there are none. */
  take(jid: string): number | undefined;
  /** Ends staging; remaining messages are deleted later. */
  clear(): void;
}

export function stagingTable(
  connection: Connection,
  { chats, files, repeated }: { chats: ChatsTable; files: FilesTable; repeated: Repetitions },
): Staging {
  const { rows, column, command } = connection;
  const find = column<number>("SELECT chat_id FROM staged_chats WHERE jid = ?");
  const add = command("INSERT INTO staged_chats (jid, chat_id) VALUES (?, ?)");
  const purge = command("INSERT OR IGNORE INTO purge (chat_id) SELECT chat_id FROM staged_chats");
  const forget = command("DELETE FROM staged_chats WHERE jid = ?");
  const clearChats = command("DELETE FROM staged_chats");
  const clearTexts = command("DELETE FROM staged_texts");
  // AUTOINCREMENT keeps the last id here: this reserves one more, which is never used again.
  const nextId = command("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'chats'");
  const firstId = command("INSERT INTO sqlite_sequence (name, seq) VALUES ('chats', 1)");
  const lastId = column<number>("SELECT seq FROM sqlite_sequence WHERE name = 'chats'");
  const at = rows<{ id: number; sender: string; body: string }>(
    "SELECT id, sender, body FROM messages WHERE chat_id = ? AND position = ?",
  );
  const text = command(
    "INSERT OR REPLACE INTO staged_texts (message_id, body, device, trust, files) VALUES (?, ?, ?, ?, ?)",
  );
  // Only a hand-made file contains the same message twice.
  const insert = messageRestoration(connection);

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
    if (there?.sender === of.from && there.body === of.body && files.areSame(there.id, of.files)) return true;
    return repeated.find(chatId, candidate(of));
  }

  /** @returns number of inserted messages */
  function put(chatId: number, existing: ChatRow | undefined, of: BackupMessage): number {
    const isTaken = (position: number) =>
      at.get(chatId, position) !== undefined || (existing !== undefined && at.get(existing.id, position) !== undefined);
    let { position } = of;
    while (isTaken(position)) position++;
    const waited = of.delivery === "pending";
    const protection = protectionColumns(of.protection);
    const { changes, lastInsertRowid: id } = insert.run({
      chat_id: chatId,
      position,
      outgoing: flag(of.outgoing),
      local: flag(of.local),
      sender: of.from,
      ...writerColumns(of.writer),
      stay: null,
      ...partColumns(of),
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
      replaces: of.replaces,
      unexpected: of.retracted?.unencrypted === true ? 1 : protection.unexpected,
      edited_at: of.editedAt,
      retracted_at: of.retracted === null ? null : of.sentAt,
      moderated: flag(of.retracted?.moderated === true),
      retracted_by: of.retracted?.by ?? null,
      retracted_reason: of.retracted?.reason ?? null,
      starred: flag(of.starred),
    });
    if (changes === 0) return 0;
    if (of.files.length > 0) files.set(id, of.files);
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
      for (const one of messages.map(withFiles)) {
        const known = existing === undefined ? undefined : knownIn(existing.id, one);
        if (known === undefined) {
          staged ??= reserve(jid);
          added += put(staged, existing, one);
        } else if (typeof known === "object" && mayRepair(known, one)) {
          text.run(known.id, one.body, one.protection.device, one.protection.trust, filesJson(one.files));
        }
      }
      return { added };
    },
  };
}

/** A backup of a version without files has their links as texts; see migration 15. */
function withFiles(of: BackupMessage): BackupMessage {
  const isWaiting = of.delivery === "pending" || of.delivery === "failed";
  if (of.files.length > 0 || isWaiting || (of.local && !/^aesgcm:/i.test(of.body))) return of;
  const { body, files = [] } = withLinkedFile(of.body);
  return { ...of, body, files: [...files] };
}

/** The stored message is unreadable, and the backup has its text. */
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

/** A token is certainly an origin-id only if the `id` attribute differs. */
function candidate({
  from,
  body,
  files,
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
    files,
    sentAt,
    archiveId,
    ...ids,
    ...room,
    protection: protection.kind === "none" ? { kind: "none" } : protection,
  };
}
