/**
 * The entries of the chat list. Everything an entry needs is in its row (unread, first unread, newest message), so that
 * reading it costs the same however many messages the chat has.
 */
import { isFull, type Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption, ReadingProblem } from "../../../shared/model/encryption.ts";
import type { Delivery } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { Settings } from "../../../shared/model/settings.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { previewOf } from "../files/files.ts";
import type { Ends } from "../messages/position.ts";

interface ViewRow {
  id: number;
  account: string;
  jid: string;
  kind: Chat["kind"];
  unread: number;
  mentions: number;
  first_unread: number | null;
  activity_at: number;
  pinned: number;
  muted: number;
  last_id: number | null;
  text: string;
  file_name: string | null;
  media_type: string | null;
  files: number;
  nickname: string | null;
  outgoing: number;
  sent_at: number;
  delivery: Delivery | null;
  problem: ReadingProblem | null;
  retracted_at: number | null;
  /** The user's choice. */
  encryption: Encryption | null;
  can_encrypt: number;
  undecided: number;
}

/** A chat in the form that the message tables need. */
export interface ChatRow extends Ends {
  account: string;
  jid: string;
  kind: Chat["kind"];
  unread: number;
  /** The number of unread messages that mention us. */
  mentions: number;
  first_unread: number | null;
  last_id: number | null;
  /** In a room: when the chat was created here, ms. */
  made_at: number;
  /** The contact has read our messages up to this position. */
  peer_read_position: number;
  activity_at: number;
  closed: number;
  /** The user's choice. */
  encryption: Encryption | null;
  /** Messages from this position on are encrypted, or should be. */
  encrypted_from: number | null;
}

type ReadState = Pick<ChatRow, "unread" | "mentions" | "first_unread" | "read_position">;

/** A new message, as its chat's entry shows it. */
interface Added {
  id: number;
  position: number;
  sentAt: number;
  unread: boolean;
  mentionsUs: boolean;
  /** Its author has read the messages before it. */
  answer: boolean;
  /** It reopens a closed chat. */
  show: boolean;
}

export interface ChatsTable {
  page: Reads["chats.page"];
  unread: Reads["chats.unread"];
  get: Reads["chat.get"];
  listed: Reads["chat.listed"];
  open: Writes["chat.open"];
  setFlags: Writes["chat.setFlags"];
  setEncryption: Writes["chat.setEncryption"];
  close: Writes["chat.close"];
  find(key: ChatKey): ChatRow | undefined;
  byId(id: number): ChatRow | undefined;
  /** Returns the chat, or creates it with `now` as its activity. A chat that proves to be a room becomes one. */
  ensure(key: ChatKey, now: number, kind?: Chat["kind"]): ChatRow;
  /** The entry of the chat list. */
  view(id: number): Chat;
  /** A message was inserted: updates end, activity and unread count. */
  added(chat: ChatRow, of: Added): void;
  /** Messages up to this position were displayed on one of our devices. */
  readUpTo(chat: ChatRow, position: number): void;
  /** Counts unread messages again. */
  recount(id: number): void;
  /** The chat contains an encrypted message. */
  encryptedFrom(chat: ChatRow, position: number): void;
  /** A message was removed: finds the end of the chat again. */
  removed(chat: ChatRow, id: number): void;
  /** Finds the end of the chat again. */
  reseat(id: number): void;
}

const PREVIEW = 200;

/** At most 200 UTF-16 units, never half a character. */
function preview(text: string): string {
  if (text.length <= PREVIEW) return text;
  const cut = text.slice(0, PREVIEW);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

const view = (row: ViewRow, byDefault: () => boolean): Chat => ({
  account: row.account as AccountId,
  jid: row.jid as Jid,
  kind: row.kind,
  unread: row.unread,
  mentions: row.mentions,
  firstUnread: row.first_unread as MessageId | null,
  pinned: row.pinned === 1,
  muted: row.muted === 1,
  encryption: row.encryption ?? (row.can_encrypt === 1 && byDefault() ? "omemo" : "none"),
  canEncrypt: row.can_encrypt === 1,
  undecided: row.undecided,
  activityAt: row.activity_at,
  last:
    row.last_id === null
      ? null
      : {
          id: row.last_id as MessageId,
          direction: row.outgoing === 1 ? "out" : "in",
          text: preview(row.text),
          files: previewOf(row.file_name, row.media_type, row.files),
          nickname: row.nickname,
          sentAt: row.sent_at,
          delivery: row.delivery,
          problem: row.problem,
          retracted: row.retracted_at !== null,
        },
});

// A note to ourselves cannot be encrypted for this device. For a room it depends on its members.
const VIEW = `SELECT c.id, c.account, c.jid, c.kind, c.unread, c.mentions, c.first_unread, c.activity_at, c.pinned, c.muted, c.last_id,
    substr(m.body, 1, ${PREVIEW}) AS text, m.nickname, m.outgoing, m.sent_at, m.delivery, m.problem, m.retracted_at, c.encryption,
    f.name AS file_name, f.media_type,
    CASE WHEN f.message_id IS NULL THEN 0 ELSE (SELECT count(*) FROM files WHERE message_id = c.last_id) END AS files,
    CASE c.kind WHEN 'room' THEN coalesce((SELECT r.can_encrypt FROM rooms r WHERE r.account = c.account AND r.jid = c.jid), 0)
      ELSE EXISTS (SELECT 1 FROM omemo_devices d WHERE d.account = c.account AND d.jid = c.jid AND d.active = 1 AND d.device IS NOT
      (SELECT o.device FROM accounts a JOIN omemo_own o ON o.account = a.id WHERE a.id = c.account AND a.jid = c.jid)) END AS can_encrypt,
    CASE c.kind WHEN 'room' THEN coalesce((SELECT r.undecided FROM rooms r WHERE r.account = c.account AND r.jid = c.jid), 0)
      ELSE (SELECT count(*) FROM omemo_devices d INDEXED BY omemo_undecided_devices WHERE d.account = c.account AND d.jid = c.jid
      AND d.active = 1 AND d.trust = 'undecided' AND d.identity_key IS NOT NULL) END AS undecided
  FROM chats c LEFT JOIN messages m ON m.id = c.last_id LEFT JOIN files f ON f.message_id = c.last_id AND f.place = 0`;
const ROW = `SELECT id, account, jid, kind, unread, mentions, first_unread, read_position, last_id, last_position, made_at, peer_read_position, activity_at, closed,
    encryption, encrypted_from
  FROM chats`;

/** `pinned.activity.id` of the last chat of a page. @throws {Error} if it is not one of ours */
function cursor(after: string): [number, number, number] {
  const match = /^([01])\.(\d{1,16})\.(\d{1,16})$/.exec(after);
  if (match === null) throw new Error("not a cursor of the chat list");
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** @param defaults values of unchanged settings */
export function chatsTable({ rows, column, command }: Connection, defaults: Settings): ChatsTable {
  const ORDER = "ORDER BY c.pinned DESC, c.activity_at DESC, c.id DESC LIMIT ?";
  const firstPage = rows<ViewRow>(
    `${VIEW} WHERE c.closed = 0 AND (c.pinned, c.activity_at, c.id) < (2, 0, 0) ${ORDER}`,
  );
  const nextPage = rows<ViewRow>(`${VIEW} WHERE c.closed = 0 AND (c.pinned, c.activity_at, c.id) < (?, ?, ?) ${ORDER}`);
  // In a room, those that its notification setting is about.
  const unread = column<number | null>(
    `SELECT sum(CASE WHEN c.kind <> 'room' THEN c.unread ELSE
       CASE (SELECT r.notify FROM rooms r WHERE r.account = c.account AND r.jid = c.jid) WHEN 'all' THEN c.unread WHEN 'none' THEN 0 ELSE c.mentions END END)
     FROM chats c WHERE c.unread > 0 AND c.muted = 0 AND c.closed = 0`,
  );
  const setting = column<string>("SELECT value FROM settings WHERE name = 'encryptByDefault'");
  const viewById = rows<ViewRow>(`${VIEW} WHERE c.id = ?`);
  const viewByKey = rows<ViewRow>(`${VIEW} WHERE c.account = ? AND c.jid = ?`);
  const find = rows<ChatRow>(`${ROW} WHERE account = ? AND jid = ?`);
  const byId = rows<ChatRow>(`${ROW} WHERE id = ?`);
  const create = command("INSERT INTO chats (account, jid, activity_at, kind, made_at) VALUES (?, ?, ?, ?, ?)");
  const makeRoom = command("UPDATE chats SET kind = 'room', made_at = ? WHERE id = ?");
  const show = command("UPDATE chats SET closed = 0 WHERE id = ?");
  const close = command("UPDATE chats SET closed = 1 WHERE account = ? AND jid = ?");
  const setPinned = command("UPDATE chats SET pinned = ? WHERE id = ?");
  const setMuted = command("UPDATE chats SET muted = ? WHERE id = ?");
  const setEncryption = command("UPDATE chats SET encryption = ? WHERE id = ?");
  const setEncryptedFrom = command("UPDATE chats SET encrypted_from = ? WHERE id = ?");
  const setRead = command(
    "UPDATE chats SET unread = ?, mentions = ?, first_unread = ?, read_position = ? WHERE id = ?",
  );
  const setLast = command("UPDATE chats SET last_id = ?, last_position = ? WHERE id = ?");
  // Two statements: each column that is set costs the upkeep of its indexes.
  const END = "closed = min(closed, ?), last_id = ?, last_position = ?, activity_at = max(activity_at, ?)";
  const add = command(`UPDATE chats SET ${END}, unread = ?, mentions = ?, first_unread = ? WHERE id = ?`);
  const addAnswer = command(
    `UPDATE chats SET ${END}, unread = ?, mentions = ?, first_unread = ?, read_position = ? WHERE id = ?`,
  );
  const setMessagesRead = command("UPDATE messages SET unread = 0 WHERE chat_id = ? AND unread = 1 AND position <= ?");
  const countUnread = column<number>("SELECT count(*) FROM messages WHERE chat_id = ? AND unread = 1");
  const countMentions = column<number>(
    "SELECT count(*) FROM messages WHERE chat_id = ? AND unread = 1 AND mentions_us = 1",
  );
  const firstUnread = column<number>(
    "SELECT id FROM messages WHERE chat_id = ? AND unread = 1 ORDER BY position LIMIT 1",
  );
  const newest = rows<{ id: number; position: number }>(
    "SELECT id, position FROM messages WHERE chat_id = ? ORDER BY position DESC LIMIT 1",
  );

  function byDefault(): boolean {
    const chosen = setting.get();
    return chosen === undefined ? defaults.encryptByDefault : chosen === "true";
  }
  const shown = (row: ViewRow): Chat => view(row, byDefault);
  const viewOf = (id: number): Chat => shown(viewById.get(id)!);
  const findKey = ({ account, jid }: ChatKey): ChatRow | undefined => find.get(account, jid);

  function ensure(key: ChatKey, now: number, kind: Chat["kind"] = isFull(key.jid) ? "private" : "contact"): ChatRow {
    const found = findKey(key);
    if (found === undefined) return byId.get(create.run(key.account, key.jid, now, kind, now).lastInsertRowid)!;
    if (kind !== "room" || found.kind === "room") return found;
    makeRoom.run(now, found.id);
    return byId.get(found.id)!;
  }

  /**
   * Marks messages up to this position as read, and only those that become read now, so that a long chat costs no more
   * than a short one.
   * @returns what the row of the chat has to say now; null: nothing new
   */
  function read(chat: ChatRow, position: number): ReadState | null {
    const changes = chat.unread === 0 ? 0 : setMessagesRead.run(chat.id, position).changes;
    if (changes === 0 && position <= chat.read_position) return null;
    const unread = Math.max(0, chat.unread - changes);
    return {
      unread,
      mentions: chat.mentions === 0 ? 0 : countMentions.get(chat.id)!,
      first_unread: unread === 0 ? null : (firstUnread.get(chat.id) ?? null),
      read_position: Math.max(position, chat.read_position),
    };
  }

  return {
    find: findKey,
    byId: (id) => byId.get(id),
    ensure,
    view: viewOf,
    page({ after, limit }) {
      const found = after === null ? firstPage.all(limit + 1) : nextPage.all(...cursor(after), limit + 1);
      const part = found.slice(0, limit);
      const last = part.at(-1);
      const next = found.length > limit && last ? `${last.pinned}.${last.activity_at}.${last.id}` : null;
      return { chats: part.map(shown), next };
    },
    unread: () => unread.get() ?? 0,
    get({ account, jid }) {
      const row = viewByKey.get(account, jid);
      return row === undefined ? null : shown(row);
    },
    listed({ account, jid }) {
      const chat = findKey({ account, jid });
      return chat?.closed === 0 ? viewOf(chat.id) : null;
    },
    open({ account, jid, kind, now }) {
      const { id } = ensure({ account, jid }, now, kind);
      show.run(id);
      return viewOf(id);
    },
    setFlags({ account, jid, pinned, muted }) {
      const chat = findKey({ account, jid });
      if (chat === undefined) return null;
      if (pinned !== undefined) setPinned.run(pinned ? 1 : 0, chat.id);
      if (muted !== undefined) setMuted.run(muted ? 1 : 0, chat.id);
      return viewOf(chat.id);
    },
    setEncryption({ account, jid, encryption }) {
      const chat = findKey({ account, jid });
      if (chat === undefined) return null;
      setEncryption.run(encryption, chat.id);
      if (encryption === "omemo" && chat.encrypted_from === null) setEncryptedFrom.run(chat.last_position + 1, chat.id);
      return viewOf(chat.id);
    },
    close({ account, jid }) {
      close.run(account, jid);
      return null;
    },
    added(chat, { id, position, sentAt, unread: isUnread, mentionsUs, answer, show: isShown }) {
      const atEnd = position > chat.last_position;
      const now = answer ? read(chat, position) : null;
      // Old messages from the archive do not change the entry.
      if (now === null && !atEnd && !isUnread && sentAt <= chat.activity_at && (!isShown || chat.closed === 0)) return;
      const [lastId, last] = atEnd ? [id, position] : [chat.last_id, chat.last_position];
      const closed = isShown ? 0 : 1;
      if (now !== null) {
        const { unread: left, mentions, first_unread: first, read_position: upTo } = now;
        addAnswer.run(closed, lastId, last, sentAt, left, mentions, first, upTo, chat.id);
        return;
      }
      let first = chat.unread === 0 && isUnread ? id : chat.first_unread;
      if (isUnread && (first === null || !atEnd)) first = firstUnread.get(chat.id) ?? id;
      const mentions = chat.mentions + (isUnread && mentionsUs ? 1 : 0);
      add.run(closed, lastId, last, sentAt, chat.unread + (isUnread ? 1 : 0), mentions, first, chat.id);
    },
    readUpTo(chat, position) {
      const now = read(chat, position);
      if (now !== null) setRead.run(now.unread, now.mentions, now.first_unread, now.read_position, chat.id);
    },
    recount(id) {
      const chat = byId.get(id)!;
      setRead.run(countUnread.get(id)!, countMentions.get(id)!, firstUnread.get(id) ?? null, chat.read_position, id);
    },
    encryptedFrom(chat, position) {
      if (chat.encrypted_from === null || position < chat.encrypted_from) setEncryptedFrom.run(position, chat.id);
    },
    removed(chat, id) {
      if (chat.last_id === id) this.reseat(chat.id);
    },
    reseat(id) {
      const end = newest.get(id);
      setLast.run(end?.id ?? null, end?.position ?? -1, id);
    },
  };
}
