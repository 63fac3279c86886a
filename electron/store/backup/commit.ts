/**
 * Completes the restoring of a backup in one transaction: staged messages become visible together with their chats. In
 * a new chat they stay in place; in an existing one, the smaller set is moved to the larger.
 */
import { isBare, isFull, type BareJid } from "../../../shared/jid.ts";
import type { BackupChat, BackupContact, BackupSpan } from "../../../shared/model/backup.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Staging } from "./stage.ts";
import type { BackupKeys } from "./keys.ts";
import type { AccountsTable } from "../accounts/accounts.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import { filesFromJson, type FilesTable } from "../files/files.ts";
import type { Connection } from "../engine/connection.ts";
import type { Writes } from "../contract/index.ts";
import type { Placing } from "../messages/position.ts";
import type { RoomsTable } from "../rooms/rooms.ts";
import type { RosterTable } from "../accounts/roster.ts";

interface Tables {
  accounts: AccountsTable;
  chats: ChatsTable;
  files: FilesTable;
  keys: BackupKeys;
  place: Placing;
  rooms: RoomsTable;
  roster: RosterTable;
  staging: Staging;
}

export function backupCommit(
  { rows: query, column, command }: Connection,
  tables: Tables,
): Pick<Writes, "backup.commit" | "backup.drop"> {
  const { accounts, chats, files, keys, place, rooms, roster, staging } = tables;
  const isThere = column<number>("SELECT 1 FROM accounts WHERE id = ?");
  const addChat = command(
    `INSERT INTO chats (id, account, jid, activity_at, pinned, muted, closed, encryption, encrypted_from, read_position, peer_read_position, told_position, synced_position, kind)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const hasMore = column<number>("SELECT 1 FROM messages WHERE chat_id = ? ORDER BY position LIMIT 1 OFFSET ?");
  const countMessages = column<number>("SELECT count(*) FROM messages WHERE chat_id = ?");
  const moveMessages = command("UPDATE messages SET chat_id = ? WHERE chat_id = ?");
  const moveReactions = command("UPDATE reactions SET chat_id = ? WHERE chat_id = ?");
  const renumber = command("UPDATE chats SET id = ? WHERE id = ?");
  const join = command(
    `UPDATE chats SET activity_at = max(activity_at, ?), peer_read_position = max(peer_read_position, ?), encryption = coalesce(encryption, ?),
       encrypted_from = CASE WHEN encrypted_from IS NULL THEN ? ELSE min(encrypted_from, coalesce(?, encrypted_from)) END WHERE id = ?`,
  );
  const setEnd = command(
    `UPDATE chats SET last_id = (SELECT id FROM messages WHERE chat_id = chats.id ORDER BY position DESC LIMIT 1),
       last_position = coalesce((SELECT position FROM messages WHERE chat_id = chats.id ORDER BY position DESC LIMIT 1), -1) WHERE id = ?`,
  );
  const withText = query<{ message_id: number; files: string | null }>("SELECT message_id, files FROM staged_texts");
  const giveText = command(
    `UPDATE messages SET (body, device, trust, problem) = (SELECT body, device, trust, NULL FROM staged_texts WHERE message_id = messages.id)
     WHERE id = ? AND encryption = 'omemo' AND problem IS NOT NULL`,
  );
  const insertSpan = command(
    `INSERT INTO spans (account, archive, peer, oldest_id, oldest_at, newest_id, oldest_position, newest_position, opened_position, delayed, from_start)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remember = command("INSERT OR REPLACE INTO memory (account, key, value) VALUES (?, ?, ?)");

  function addNew(account: AccountId, chat: BackupChat, staged: number | undefined): void {
    // A chat without messages takes the next free id.
    addChat.run(
      staged ?? null,
      account,
      chat.jid,
      chat.activityAt,
      chat.pinned ? 1 : 0,
      chat.muted ? 1 : 0,
      chat.closed ? 1 : 0,
      chat.encryption,
      chat.encryptedFrom,
      chat.readPosition,
      chat.peerReadPosition,
      chat.toldPosition,
      chat.syncedPosition,
      chat.isRoom ? "room" : isFull(chat.jid) ? "private" : "contact",
    );
  }

  function merge(existing: ChatRow, chat: BackupChat, staged: number | undefined): void {
    let { id } = existing;
    if (staged !== undefined) {
      if (hasMore.get(existing.id, countMessages.get(staged)!) === undefined) {
        moveMessages.run(staged, existing.id);
        moveReactions.run(staged, existing.id);
        renumber.run(staged, existing.id);
        id = staged;
      } else {
        moveMessages.run(existing.id, staged);
        moveReactions.run(existing.id, staged);
      }
    }
    join.run(chat.activityAt, chat.peerReadPosition, chat.encryption, chat.encryptedFrom, chat.encryptedFrom, id);
    if (chat.readPosition > existing.read_position) chats.readUpTo(chats.byId(id)!, chat.readPosition);
  }

  function addSpan(account: AccountId, span: BackupSpan): void {
    insertSpan.run(
      account,
      span.archive,
      span.peer,
      span.oldestId,
      span.oldestAt,
      span.newestId,
      span.oldestPosition,
      span.newestPosition,
      span.openedPosition,
      span.delayed ? 1 : 0,
      span.fromStart ? 1 : 0,
    );
  }

  function addContact(account: AccountId, { kind: _kind, ...item }: BackupContact): void {
    roster.put({ account, item, version: null });
  }

  return {
    "backup.commit": ({
      account: stored,
      strongestMechanism,
      contacts,
      chats: restored,
      spans: held,
      omemo,
      takeOver,
    }) => {
      const account = stored.id;
      const isNew = isThere.get(account) === undefined;
      // An existing account has newer settings, a newer roster, and its own spans.
      if (isNew) {
        accounts.put(stored);
        if (strongestMechanism !== null) remember.run(account, "strongest-mechanism", strongestMechanism);
        for (const contact of contacts) addContact(account, contact);
        for (const span of held) addSpan(account, span);
      }
      const device = keys.restore(account, stored.jid as BareJid, omemo, takeOver);
      if (device === "taken") {
        // Nothing is written in these sessions any more, see `app/omemo/restored.ts`.
        const sessions = omemo.flatMap((one) => (one.kind === "omemo.session" ? [[one.jid, one.device]] : []));
        remember.run(account, "omemo-restored", JSON.stringify(sessions));
      }
      for (const chat of restored) {
        const existing = chats.find({ account, jid: chat.jid });
        const staged = staging.take(chat.jid);
        if (existing === undefined) addNew(account, chat, staged);
        else merge(existing, chat, staged);
        const { id } = chats.ensure({ account, jid: chat.jid }, 0, ...(chat.isRoom ? (["room"] as const) : []));
        if (chat.room !== null && isBare(chat.jid) && rooms.find(account, chat.jid) === undefined)
          rooms.put({ account, jid: chat.jid, ...chat.room });
        setEnd.run(id);
        chats.recount(id);
      }
      for (const { message_id: id, files: shared } of withText.all())
        if (giveText.run(id).changes > 0) files.set(id, filesFromJson(shared));
      staging.clear();
      place.forget(account);
      return { device };
    },
    "backup.drop": () => {
      staging.clear();
      return null;
    },
  };
}
