/** Messages: taking them in once and in order, and reading them page by page. */
import type { BareJid } from "../../shared/jid.ts";
import type { Delivery, Message } from "../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../shared/model/primitives.ts";
import type { ChatRow, ChatsTable } from "./chats.ts";
import type { Connection } from "./connection.ts";
import type { Reads, Writes } from "./contract.ts";
import { placing } from "./position.ts";

export interface MessageRow {
  id: number;
  position: number;
  outgoing: number;
  sender: string;
  body: string;
  sent_at: number;
  delivery: Delivery | null;
  failure_condition: string | null;
  failure_text: string | null;
}

export const MESSAGE_COLUMNS =
  "id, position, outgoing, sender, body, sent_at, delivery, failure_condition, failure_text";

export interface NewMessage {
  outgoing: boolean;
  sender: string;
  body: string;
  sentAt: number;
  delivery: Delivery | null;
  originId: string | null;
  stanzaId: string | null;
  archiveId: string | null;
}

export interface MessagesTable {
  page: Reads["messages.page"];
  receive: Writes["message.receive"];
  /** Puts a message into its place and its chat's line. */
  insert(chat: ChatRow, message: NewMessage): Message;
}

/** A row as the window knows it. */
export function message(row: MessageRow, chat: { account: string; jid: string }): Message {
  return {
    id: row.id as MessageId,
    account: chat.account as AccountId,
    chat: chat.jid as BareJid,
    direction: row.outgoing === 1 ? "out" : "in",
    from: row.sender as BareJid,
    body: row.body,
    sentAt: row.sent_at,
    delivery: row.delivery,
    failure: row.failure_condition === null ? null : { condition: row.failure_condition, text: row.failure_text ?? "" },
  };
}

export function messagesTable(connection: Connection, chats: ChatsTable): MessagesTable {
  const { rows, column, command } = connection;
  const place = placing(connection);
  const newestPage = rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE chat_id = ? ORDER BY position DESC LIMIT ?`,
  );
  const olderPage = rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
  );
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");
  const byArchiveId = column<number>("SELECT id FROM messages WHERE chat_id = ? AND archive_id = ?");
  const byToken = rows<{ id: number; sender: string; body: string }>(
    "SELECT id, sender, body FROM messages WHERE chat_id = ? AND token = ?",
  );
  const learnArchiveId = command("UPDATE messages SET archive_id = ? WHERE id = ? AND archive_id IS NULL");
  const insert = command(
    `INSERT INTO messages (chat_id, position, outgoing, sender, body, sent_at, delivery, token, stanza_id, archive_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  /** The stored message that the new one repeats. */
  function repeated(chatId: number, args: Parameters<Writes["message.receive"]>[0]): number | undefined {
    const { archiveId, originId, from, body } = args;
    if (archiveId !== null) {
      const id = byArchiveId.get(chatId, archiveId);
      if (id !== undefined) return id;
    }
    const token = originId ?? args.stanzaId;
    if (token === null) return undefined;
    // An origin-id is unique by itself (XEP-0359 §2); a stanza id need be so only within a stream (RFC 6120
    // §8.1.3), and clients that count from 1 exist. So the bare id tells a repetition only of the same text.
    return byToken
      .all(chatId, token)
      .find((known) => known.sender === from && (originId !== null || known.body === body))?.id;
  }

  function put(chat: ChatRow, of: NewMessage): Message {
    const position = place(chat, of.sentAt);
    const token = of.originId ?? of.stanzaId;
    const { lastInsertRowid: id } = insert.run(
      chat.id,
      position,
      of.outgoing ? 1 : 0,
      of.sender,
      of.body,
      of.sentAt,
      of.delivery,
      token,
      of.stanzaId === token ? null : of.stanzaId,
      of.archiveId,
    );
    chats.added(chat, { id, position, sentAt: of.sentAt, unread: !of.outgoing });
    return {
      id: id as MessageId,
      account: chat.account as AccountId,
      chat: chat.jid as BareJid,
      direction: of.outgoing ? "out" : "in",
      from: of.sender as BareJid,
      body: of.body,
      sentAt: of.sentAt,
      delivery: of.delivery,
      failure: null,
    };
  }

  return {
    page({ account, jid, before, limit }) {
      const chat = chats.find({ account, jid });
      if (chat === undefined) return { messages: [], older: null };
      const found = before === null ? newestPage.all(chat.id, limit + 1) : olderPage.all(chat.id, before, limit + 1);
      const shown = found.slice(0, limit);
      return {
        messages: shown.map((row) => message(row, chat)).reverse(),
        older: found.length > limit ? shown.at(-1)!.position : null,
      };
    },
    receive(args) {
      const { account, from, body, sentAt, originId, stanzaId, archiveId } = args;
      const chat = chats.ensure({ account, jid: args.chat }, sentAt);
      const known = repeated(chat.id, args);
      if (known !== undefined) {
        // The archive's name for it is worth knowing: catching up starts from there.
        if (archiveId !== null && byArchiveId.get(chat.id, archiveId) === undefined) learnArchiveId.run(archiveId, known);
        return { duplicate: true };
      }
      // What we wrote on another device, or a note to ourselves, is ours: it is sent, and never unread.
      const outgoing = from === ownJid.get(account);
      const delivery = outgoing ? "sent" : null;
      const stored = put(chat, { outgoing, sender: from, body, sentAt, delivery, originId, stanzaId, archiveId });
      return { duplicate: false, message: stored, chat: chats.view(chat.id) };
    },
    insert: put,
  };
}
