/** Inserts messages at their positions, and reads them page by page. */
import type { Jid } from "../../../shared/jid.ts";
import type { Protection } from "../../../shared/model/encryption.ts";
import type { Delivery, Message, TextParts } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { AnnotationsTable } from "./annotations/annotations.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { SharedFile } from "../../model/file.ts";
import type { Author, StoredProtection } from "../../model/message.ts";
import type { Reads, Writes } from "../contract/index.ts";
import {
  flag,
  MESSAGE_COLUMNS,
  messageInsertion,
  partColumns,
  partsOf,
  protectionColumns,
  writerColumns,
  type MessageRow,
} from "./columns.ts";
import { shownFile, type FilesTable } from "../files/files.ts";
import { isReactable, type MessageView } from "./message-view.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";

export interface NewMessage {
  author: Author;
  /** Written on this device. */
  local: boolean;
  parts?: Partial<TextParts>;
  body: string;
  files?: readonly SharedFile[];
  sentAt: number;
  delivery: Delivery | null;
  unread: boolean;
  markable: boolean;
  originId: string | null;
  messageId: string | null;
  archiveId: string | null;
  protection: StoredProtection;
  /** An encrypted message, older than this one, is about to be inserted. */
  afterEncrypted?: boolean;
  /** Its author has read the messages before it. */
  answer?: boolean;
  /** Plaintext that pretends to correct an encrypted message. */
  suspicious?: boolean;
  /** The archive has only a tombstone of it. */
  tombstone?: true | undefined;
  /** As `IncomingText.replaces`: kept of an unreadable message. */
  replaces?: string | undefined;
}

export interface MessagesTable {
  page: Reads["messages.page"];
  one: Reads["message.get"];
  lastAt: Reads["room.lastAt"];
  /** Inserts a message and updates its chat. @param show reopens a closed chat */
  insert(chat: ChatRow, message: NewMessage, position: number, show?: boolean): Message;
  /** Gives a message a star, or takes it away. */
  star: Writes["message.star"];
  /** The message as stored now. */
  get(id: number, chat: ChatRow): Message;
}

export function messagesTable(
  connection: Connection,
  {
    annotations,
    chats,
    files,
    readState,
    view,
  }: {
    annotations: AnnotationsTable;
    chats: ChatsTable;
    files: FilesTable;
    readState: ReadStateTable;
    view: MessageView;
  },
): MessagesTable {
  const { rows, column } = connection;
  const newestPage = rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE chat_id = ? ORDER BY position DESC LIMIT ?`,
  );
  const olderPage = rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  );
  const byId = rows<MessageRow>(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE id = ?`);
  const chatOf = column<number>("SELECT chat_id FROM messages WHERE id = ?");
  // Messages that the room does not have yet do not show how far its history is stored.
  const lastAt = column<number>(
    "SELECT sent_at FROM messages WHERE chat_id = ? AND (local = 0 OR delivery = 'delivered') ORDER BY position DESC LIMIT 1",
  );
  const insert = messageInsertion(connection);
  const setStarred = connection.command("UPDATE messages SET starred = $starred WHERE id = $id");

  /**
   * Marks plaintext in an encrypted chat, except messages from before the chat was encrypted. Messages of our other
   * devices are marked too: our server could forge them in a carbon (XEP-0280) or its archive.
   */
  function protectionOf(chat: ChatRow, of: NewMessage, position: number): Protection {
    if (of.protection.kind !== "none") return of.protection;
    const after = of.afterEncrypted === true || (chat.encrypted_from !== null && position >= chat.encrypted_from);
    return {
      kind: "none",
      unexpected: of.suspicious === true || (!of.local && after && chats.view(chat.id).encryption === "omemo"),
    };
  }

  const get = (id: number, chat: ChatRow): Message => view(byId.get(id)!, chat);

  function put(chat: ChatRow, of: NewMessage, position: number, show = true): Message {
    const token = of.originId ?? of.messageId;
    const messageId = of.messageId === token ? null : of.messageId;
    const how = protectionOf(chat, of, position);
    const { author, parts = {}, files: shared = [] } = of;
    const { outgoing } = author;
    const { nickname, occupant_id, real_jid } = writerColumns(author.occupant);
    const { encryption, device, trust, problem, method, unexpected } = protectionColumns(how);
    const partly = partColumns(parts);
    // Spreading more than the last would take as long as a query.
    const { lastInsertRowid: id } = insert.run({
      chat_id: chat.id,
      position,
      outgoing: flag(outgoing),
      local: flag(of.local),
      sender: author.address,
      nickname,
      occupant_id,
      real_jid,
      stay: author.occupancy,
      body: of.body,
      sent_at: of.sentAt,
      delivery: of.delivery,
      unread: flag(of.unread),
      markable: flag(of.markable),
      token,
      stanza_id: messageId,
      archive_id: of.archiveId,
      encryption,
      device,
      trust,
      problem,
      method,
      replaces: problem === null ? null : (of.replaces ?? null),
      unexpected,
      retracted_at: of.tombstone === true ? of.sentAt : null,
      ...partly,
    });
    if (shared.length > 0) files.set(id, shared);
    if (how.kind === "omemo") chats.encryptedFrom(chat, position);
    chats.added(chat, {
      id,
      position,
      sentAt: of.sentAt,
      unread: of.unread,
      mentionsUs: parts.mentionsUs === true,
      answer: of.answer === true,
      show,
    });
    // Markers and changes that arrived before it may apply to it.
    const ids = { token, messageId, archiveId: of.archiveId };
    const isMarked = !of.local && readState.arrived(chat, { id, position, outgoing, ...ids });
    const isAnnotated = !of.local && annotations.arrived(chat, id, ids);
    if (isMarked || isAnnotated || of.tombstone === true) return get(id, chat);
    return {
      id: id as MessageId,
      account: chat.account as AccountId,
      chat: chat.jid as Jid,
      position,
      direction: outgoing ? "out" : "in",
      from: author.address,
      writer: author.occupant,
      body: of.body,
      files: shared.map(shownFile),
      sentAt: of.sentAt,
      delivery: of.delivery,
      failure: null,
      protection: how,
      editedAt: null,
      retracted: null,
      starred: false,
      pendingChange: null,
      reactions: [],
      reactable: isReactable(
        { problem, retracted_at: null, delivery: of.delivery, token, archive_id: of.archiveId },
        chat,
      ),
      reacting: null,
      ...partsOf(partly),
    };
  }

  return {
    page({ account, jid, before, limit }) {
      const chat = chats.find({ account, jid });
      if (chat === undefined) return { messages: [], older: null, missing: false };
      const found = before === null ? newestPage.all(chat.id, limit + 1) : olderPage.all(chat.id, before, limit + 1);
      const shown = found.slice(0, limit);
      const [newest, oldest] = [shown[0]?.position ?? -1, shown.at(-1)?.position ?? 0];
      const shared = files.between(chat.id, oldest, newest);
      return {
        messages: shown.map((row) => view(row, chat, shared.get(row.id) ?? [])).reverse(),
        older: found.length > limit ? shown.at(-1)!.position : null,
        missing: false,
      };
    },
    lastAt({ account, jid }) {
      const chat = chats.find({ account, jid });
      return chat === undefined ? null : (lastAt.get(chat.id) ?? null);
    },
    one({ account, id }) {
      const chat = chats.byId(chatOf.get(id) ?? -1);
      return chat?.account === account ? get(id, chat) : null;
    },
    star({ account, id, starred }) {
      const chat = chats.byId(chatOf.get(id) ?? -1);
      if (chat?.account !== account) return null;
      setStarred.run({ id, starred: flag(starred) });
      return get(id, chat);
    },
    insert: put,
    get,
  };
}
