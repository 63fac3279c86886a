/** Messages: putting them into their places, and reading them page by page. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Protection } from "../../../shared/model/encryption.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { Delivery, Message } from "../../../shared/model/message.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { AmendmentsTable } from "./annotations/amendments.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { StoredProtection } from "../../model/message.ts";
import type { Reads } from "../contract/index.ts";
import {
  flag,
  MESSAGE_COLUMNS,
  messageInsertion,
  protectionColumns,
  writerColumns,
  type MessageRow,
} from "./columns.ts";
import { isReactable, type MessageView } from "./message-view.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";

export interface NewMessage {
  outgoing: boolean;
  /** Written on this device. */
  local: boolean;
  sender: string;
  /** As `Message.writer`. */
  writer?: Writer | null;
  mentionsUs?: boolean;
  body: string;
  sentAt: number;
  delivery: Delivery | null;
  unread: boolean;
  markable: boolean;
  originId: string | null;
  messageId: string | null;
  archiveId: string | null;
  protection: StoredProtection;
  /** An encrypted message, older than this one, is about to be put in. */
  afterEncrypted?: boolean;
  /** Plaintext that pretends to correct what was encrypted. */
  suspicious?: boolean;
  /** The archive has nothing but this left of it. */
  tombstone?: true;
  stay?: string | null;
}

export interface MessagesTable {
  page: Reads["messages.page"];
  one: Reads["message.get"];
  lastAt: Reads["room.lastAt"];
  /** Puts a message into its place and its chat's line. @param show brings a closed chat back */
  insert(chat: ChatRow, message: NewMessage, position: number, show?: boolean): Message;
  /** As it is stored now. */
  get(id: number, chat: ChatRow): Message;
}

export function messagesTable(
  connection: Connection,
  {
    amendments,
    chats,
    readState,
    view,
  }: {
    amendments: AmendmentsTable;
    chats: ChatsTable;
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
  // What the room does not have yet says nothing of how far its history is held.
  const lastAt = column<number>(
    "SELECT sent_at FROM messages WHERE chat_id = ? AND (local = 0 OR delivery = 'delivered') ORDER BY position DESC LIMIT 1",
  );
  const insert = messageInsertion(connection, "INSERT");

  /**
   * Plaintext that comes into an encrypted chat is marked, except what was written before the chat was encrypted. So is
   * what another device of ours seems to have written: our server can write that into a copy (XEP-0280) or its archive.
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
    const { writer: by = null, mentionsUs = false } = of;
    const { lastInsertRowid: id } = insert({
      chat_id: chat.id,
      position,
      outgoing: flag(of.outgoing),
      local: flag(of.local),
      sender: of.sender,
      ...writerColumns(by),
      stay: of.stay ?? null,
      mentions_us: flag(mentionsUs),
      body: of.body,
      sent_at: of.sentAt,
      delivery: of.delivery,
      unread: flag(of.unread),
      markable: flag(of.markable),
      token,
      stanza_id: messageId,
      archive_id: of.archiveId,
      ...protectionColumns(how),
      retracted_at: of.tombstone === true ? of.sentAt : null,
    });
    if (how.kind === "omemo") chats.encryptedFrom(chat, position);
    chats.added(chat, { id, position, sentAt: of.sentAt, unread: of.unread, mentionsUs, show });
    if (!of.local)
      readState.arrived(chat, { id, position, outgoing: of.outgoing, token, messageId, archiveId: of.archiveId });
    // What was said of it, or done to it, before it came may have changed it.
    const isAmended = !of.local && amendments.arrived(chat, id, { token, messageId, archiveId: of.archiveId });
    if (isAmended || of.tombstone === true || (of.outgoing && !of.local)) return get(id, chat);
    return {
      id: id as MessageId,
      account: chat.account as AccountId,
      chat: chat.jid as Jid,
      position,
      direction: of.outgoing ? "out" : "in",
      from: of.sender as BareJid,
      writer: by,
      mentionsUs,
      body: of.body,
      sentAt: of.sentAt,
      delivery: of.delivery,
      failure: null,
      protection: how,
      editedAt: null,
      retracted: null,
      amending: null,
      reactions: [],
      reactable: isReactable(
        { problem: readingProblem(how), retracted_at: null, delivery: of.delivery, token, archive_id: of.archiveId },
        chat,
      ),
      reacting: null,
    };
  }

  return {
    page({ account, jid, before, limit }) {
      const chat = chats.find({ account, jid });
      if (chat === undefined) return { messages: [], older: null, missing: false };
      const found = before === null ? newestPage.all(chat.id, limit + 1) : olderPage.all(chat.id, before, limit + 1);
      const shown = found.slice(0, limit);
      return {
        messages: shown.map((row) => view(row, chat)).reverse(),
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
    insert: put,
    get,
  };
}
