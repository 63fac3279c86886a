/**
 * Reads the content of an account's backup page by page. The account may be in use, so parts that are read first may
 * only claim less than parts that are read later: spans and keys come before messages.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type {
  BackupChat,
  BackupContact,
  BackupMessage,
  BackupOmemo,
  BackupSpan,
} from "../../../shared/model/backup.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { authorOf, MESSAGE_COLUMNS, partsOf, type AuthorRow, type MessageRow } from "../messages/columns.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { FilesTable } from "../files/files.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads } from "../contract/index.ts";
import { emojiIn, type MessageView } from "../messages/message-view.ts";
import type { OmemoOwnTable } from "../omemo/own.ts";
import type { RoomsTable } from "../rooms/rooms.ts";

interface ContactRow {
  jid: string;
  name: string;
  groups: string;
  subscription: BackupContact["subscription"];
  asked: number;
}

interface ChatRow {
  jid: string;
  kind: Chat["kind"];
  pinned: number;
  muted: number;
  closed: number;
  encryption: Encryption | null;
  encrypted_from: number | null;
  activity_at: number;
  read_position: number;
  peer_read_position: number;
  told_position: number;
  synced_position: number;
}

interface SpanRow {
  archive: string;
  peer: string;
  oldest_id: string | null;
  oldest_at: number | null;
  newest_id: string | null;
  oldest_position: number;
  newest_position: number;
  opened_position: number;
  delayed: number;
  from_start: number;
}

type DeviceRecord = Extract<BackupOmemo, { kind: "omemo.device" }>;
interface DeviceRow extends Pick<DeviceRecord, "label" | "bundle" | "trust"> {
  jid: string;
  device: number;
  active: number;
  identity_key: Uint8Array | null;
  changed_key: Uint8Array | null;
  first_seen_at: number;
  last_used_at: number | null;
  mended_at: number | null;
}

interface MessageParts extends MessageRow {
  local: number;
  unread: number;
  markable: number;
  stanza_id: string | null;
}

interface ReactionRow extends AuthorRow {
  emoji: string;
  place: number;
  sent_at: number;
}

export type BackupReads = Pick<
  Reads,
  "backup.counts" | "backup.spans" | "backup.omemo" | "backup.contacts" | "backup.chats" | "backup.messages"
>;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export function backupReads(
  { rows: query, column }: Connection,
  {
    chats,
    files,
    own,
    rooms,
    view,
  }: { chats: ChatsTable; files: FilesTable; own: OmemoOwnTable; rooms: RoomsTable; view: MessageView },
): BackupReads {
  const countContacts = column<number>("SELECT count(*) FROM roster WHERE account = ?");
  const chatIds = column<number>("SELECT id FROM chats WHERE account = ?");
  const countMessages = column<number>("SELECT count(*) FROM messages WHERE chat_id = ?");
  const spans = query<SpanRow>(
    `SELECT archive, peer, oldest_id, oldest_at, newest_id, oldest_position, newest_position, opened_position, delayed, from_start
     FROM spans WHERE account = ?`,
  );
  const contacts = query<ContactRow>(
    "SELECT jid, name, groups, subscription, asked FROM roster WHERE account = ? AND jid > ? ORDER BY jid LIMIT ?",
  );
  const someChats = query<ChatRow>(
    `SELECT jid, kind, pinned, muted, closed, encryption, encrypted_from, activity_at, read_position, peer_read_position, told_position, synced_position
     FROM chats WHERE account = ? AND jid > ? ORDER BY jid LIMIT ?`,
  );
  // A backup has no staged files, so a message that waits for them could never be sent from it.
  const messages = query<MessageParts>(
    `SELECT ${MESSAGE_COLUMNS}, local, unread, markable, stanza_id
     FROM messages WHERE chat_id = ? AND position > ?
       AND NOT EXISTS (SELECT 1 FROM outgoing_files f WHERE f.message_id = messages.id AND f.url IS NULL)
     ORDER BY position LIMIT ?`,
  );
  const reactions = query<ReactionRow>(
    "SELECT outgoing, sender, nickname, occupant_id, real_jid, stay, emoji, place, sent_at FROM reactions WHERE message_id = ? ORDER BY id",
  );
  const preKeys = query<{ id: number; public_key: Uint8Array; private_key: Uint8Array; used: number }>(
    "SELECT id, public_key, private_key, used FROM omemo_prekeys WHERE account = ? ORDER BY id",
  );
  const sessions = query<{ jid: string; device: number; record: Uint8Array }>(
    "SELECT jid, device, record FROM omemo_sessions WHERE account = ?",
  );
  const devices = query<DeviceRow>(
    `SELECT jid, device, identity_key, changed_key, trust, active, label, bundle, first_seen_at, last_used_at, mended_at
     FROM omemo_devices WHERE account = ?`,
  );

  function roomOf(account: AccountId, jid: string): BackupChat["room"] {
    const room = rooms.find(account, jid);
    if (room === undefined) return null;
    const { account: _account, jid: _jid, ...rest } = room;
    return rest;
  }

  return {
    "backup.counts": ({ account }) => {
      const ids = chatIds.all(account);
      return {
        contacts: countContacts.get(account)!,
        chats: ids.length,
        messages: ids.reduce((sum, id) => sum + countMessages.get(id)!, 0),
      };
    },
    "backup.spans": ({ account }) =>
      spans.all(account).map((row): BackupSpan => ({
        kind: "span",
        archive: row.archive as BareJid,
        peer: row.peer as BareJid | "",
        oldestId: row.oldest_id,
        oldestAt: row.oldest_at,
        newestId: row.newest_id,
        oldestPosition: row.oldest_position,
        newestPosition: row.newest_position,
        openedPosition: row.opened_position,
        delayed: row.delayed === 1,
        fromStart: row.from_start === 1,
      })),
    "backup.omemo": ({ account }) => {
      const device = own.own({ account });
      const mine: BackupOmemo[] = [];
      if (device !== null) {
        const { publicKey, privateKey } = device.identity;
        mine.push({
          kind: "omemo.own",
          id: device.id,
          publicKey: base64(publicKey),
          privateKey: base64(privateKey),
          lastPreKey: own.lastPreKey({ account }),
        });
        for (const { id, public_key, private_key, used } of preKeys.all(account)) {
          mine.push({
            kind: "omemo.preKey",
            id,
            publicKey: base64(public_key),
            privateKey: base64(private_key),
            used: used === 1,
          });
        }
        // Oldest first, because they are restored in this order.
        for (const one of own.signedPreKeys({ account }).toReversed()) {
          mine.push({
            kind: "omemo.signedPreKey",
            id: one.id,
            publicKey: base64(one.publicKey),
            privateKey: base64(one.privateKey),
            signature: base64(one.signature),
            createdAt: one.createdAt,
          });
        }
        for (const { jid, device: id, record } of sessions.all(account)) {
          mine.push({ kind: "omemo.session", jid: jid as BareJid, device: id, record: base64(record) });
        }
      }
      return [...mine, ...devices.all(account).map(deviceRecord)];
    },
    "backup.contacts": ({ account, after, limit }) =>
      contacts.all(account, after, limit).map((row): BackupContact => ({
        kind: "contact",
        jid: row.jid as BareJid,
        name: row.name,
        groups: JSON.parse(row.groups) as string[],
        subscription: row.subscription,
        asked: row.asked === 1,
      })),
    "backup.chats": ({ account, after, limit }) =>
      someChats.all(account, after, limit).map((row): BackupChat => ({
        kind: "chat",
        jid: row.jid as BareJid,
        pinned: row.pinned === 1,
        muted: row.muted === 1,
        closed: row.closed === 1,
        encryption: row.encryption,
        encryptedFrom: row.encrypted_from,
        activityAt: row.activity_at,
        readPosition: row.read_position,
        peerReadPosition: row.peer_read_position,
        toldPosition: row.told_position,
        syncedPosition: row.synced_position,
        isRoom: row.kind === "room",
        room: row.kind === "room" ? roomOf(account, row.jid) : null,
      })),
    "backup.messages": ({ account, jid, after, limit }) => {
      const chat = chats.find({ account, jid });
      if (chat === undefined) return [];
      return messages.all(chat.id, after, limit).map((row): BackupMessage => {
        const shared = files.of(row.id);
        const { position, from, body, sentAt, delivery, failure, protection, writer, editedAt, retracted } = view(
          row,
          chat,
          shared,
        );
        return {
          kind: "message",
          position,
          outgoing: row.outgoing === 1,
          local: row.local === 1,
          from,
          body,
          files: shared,
          sentAt,
          delivery,
          failure,
          unread: row.unread === 1,
          markable: row.markable === 1,
          token: row.token,
          stanzaId: row.stanza_id,
          archiveId: row.archive_id,
          protection,
          replaces: row.replaces,
          writer,
          ...partsOf(row),
          editedAt,
          retracted,
          starred: row.starred === 1,
          reactions: row.reacted === 1 ? reactions.all(row.id).map(reactionRecord) : [],
        };
      });
    },
  };
}

function reactionRecord({ emoji, place, sent_at: sentAt, ...author }: ReactionRow): BackupMessage["reactions"][number] {
  const { outgoing, address, occupant } = authorOf(author);
  return { outgoing, from: address, writer: occupant, emoji: emojiIn(emoji), place, sentAt };
}

const deviceRecord = (row: DeviceRow): DeviceRecord => ({
  kind: "omemo.device",
  jid: row.jid as BareJid,
  id: row.device,
  active: row.active === 1,
  label: row.label,
  firstSeenAt: row.first_seen_at,
  lastUsedAt: row.last_used_at,
  bundle: row.bundle,
  identityKey: row.identity_key === null ? null : base64(row.identity_key),
  changedKey: row.changed_key === null ? null : base64(row.changed_key),
  trust: row.trust,
  mendedAt: row.mended_at,
});
