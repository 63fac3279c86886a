/**
 * What was read: by us, here or on another device, and by the contact. It only moves forward (XEP-0333 §5, XEP-0490
 * §5.1). Markers for an unknown message are kept until it arrives.
 */
import type { Jid } from "../../../../shared/jid.ts";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Decrypted } from "../../../model/message.ts";
import type { Payload } from "../../../model/payload.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import { outboxRows } from "../outbox-rows.ts";
import type { Reads, UnsentDisplayed, Writes } from "../../contract/index.ts";
import { messageLookup } from "../lookup.ts";
import { MESSAGE_COLUMNS, type MessageRow } from "../columns.ts";
import type { MessageView } from "../message-view.ts";
import { pendingMarks, type MarkKind } from "../pending.ts";

export interface Marked extends Pick<Decrypted, "conversation" | "author"> {
  account: AccountId;
  payload: Extract<Payload, { kind: "receipt" | "displayed" }>;
}

interface Arrival {
  id: number;
  position: number;
  outgoing: boolean;
  token: string | null;
  messageId: string | null;
  archiveId: string | null;
}

export interface ReadStateTable {
  markRead: Writes["chat.markRead"];
  /** A receipt or a display marker. @param keep also for a message that is unknown so far */
  marked(of: Marked, keep: boolean): { messages: Message[]; chats: Chat[] };
  synced: Writes["displayed.synced"];
  unsentDisplayed: Reads["chats.unsentDisplayed"];
  displayedSent: Writes["chat.displayedSent"];
  /**
   * A message of ours arrived: removes it from the outbox and marks it `delivered`. @returns false if that was known
   */
  delivered(chat: ChatRow, id: number): boolean;
  /** Applies markers that arrived before their message. @returns whether the message may have changed */
  arrived(chat: ChatRow, of: Arrival): boolean;
  /** Catching up is complete: messages that are unknown now will never arrive. */
  forgetMarks(account: string): void;
}

export function readStateTable(connection: Connection, chats: ChatsTable, view: MessageView): ReadStateTable {
  const { rows, column, command } = connection;
  const positionOf = column<number>("SELECT position FROM messages WHERE id = ? AND chat_id = ?");
  type Place = Pick<MessageRow, "id" | "position">;
  const all = messageLookup<Place>(connection, "id, position");
  const incoming = messageLookup<Place>(connection, "id, position", "outgoing = 0");
  const sent = messageLookup<Place>(connection, "id, position", "outgoing = 1");
  const pending = pendingMarks(connection);
  const row = rows<MessageRow>(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE id = ?`);
  const setDelivered = command(
    "UPDATE messages SET delivery = 'delivered', failure_condition = NULL, failure_text = NULL WHERE id = ? AND delivery IN ('pending', 'sent', 'failed')",
  );
  const waiting = outboxRows(connection);
  const unseen = rows<{ id: number }>(
    "SELECT id FROM messages WHERE chat_id = ? AND position > ? AND position <= ? AND outgoing = 1 AND delivery IN ('sent', 'delivered')",
  );
  const setSeen = command(
    "UPDATE messages SET delivery = 'read', failure_condition = NULL, failure_text = NULL WHERE id = ?",
  );
  const setPeerRead = command("UPDATE chats SET peer_read_position = max(peer_read_position, ?) WHERE id = ?");
  const setTold = command(
    "UPDATE chats SET told_position = max(told_position, ?), synced_position = max(synced_position, ?) WHERE id = ?",
  );
  const lastOutgoing = column<number>(
    "SELECT position FROM messages WHERE chat_id = ? AND outgoing = 1 ORDER BY position DESC LIMIT 1",
  );
  const unreadAgain = command(
    "UPDATE messages SET unread = 1 WHERE chat_id = ? AND position > ? AND outgoing = 0 AND unread = 0",
  );
  const untold = rows<{
    id: number;
    jid: string;
    kind: Chat["kind"];
    read_position: number;
    told_position: number;
    synced_position: number;
  }>(
    `SELECT id, jid, kind, read_position, told_position, synced_position FROM chats
     WHERE account = ? AND (read_position > told_position OR read_position > synced_position)`,
  );
  const lastMarkable = rows<{ id: string; position: number }>(
    `SELECT coalesce(stanza_id, token) AS id, position FROM messages
     WHERE chat_id = ? AND position > ? AND position <= ? AND markable = 1 AND outgoing = 0 ORDER BY position DESC LIMIT 1`,
  );
  const lastArchived = rows<{ id: string; position: number }>(
    `SELECT archive_id AS id, position FROM messages
     WHERE chat_id = ? AND position > ? AND position <= ? AND archive_id IS NOT NULL ORDER BY position DESC LIMIT 1`,
  );

  /** The contact has read our messages up to this position. @returns ids of messages that became read */
  function seenUpTo(chat: ChatRow, id: number, position: number): number[] {
    const ids = [...new Set([...unseen.all(chat.id, chat.peer_read_position, position).map((one) => one.id), id])];
    for (const one of ids) {
      setSeen.run(one);
      waiting.drop("message", one);
    }
    setPeerRead.run(position, chat.id);
    return ids;
  }

  function delivered(id: number): number[] {
    if (setDelivered.run(id).changes === 0) return [];
    waiting.drop("message", id);
    return [id];
  }

  /** @returns ids of our messages whose delivery changed; null if the message is unknown */
  function say(chat: ChatRow, kind: MarkKind, token: string): number[] | null {
    if (kind === "received" || kind === "displayed") {
      const [ours] = sent.byAuthorsId(chat.id, token);
      if (ours === undefined) return null;
      if (kind === "received") return delivered(ours.id);
      // A marker for an older message changes nothing.
      return ours.position <= chat.peer_read_position ? [] : seenUpTo(chat, ours.id, ours.position);
    }
    // In a room a marker may name a message by its archive id (XEP-0333 §4.3).
    const named = kind === "own-synced" ? undefined : incoming.byAuthorsId(chat.id, token)[0];
    const read = named ?? all.byArchiveId(chat.id, token);
    if (read === undefined) return null;
    const { position } = read;
    const counted = kind === "own-synced" && newerIsUnread(chat, position) ? chats.byId(chat.id)! : chat;
    chats.readUpTo(counted, position);
    setTold.run(kind === "own-displayed" ? position : -1, kind === "own-synced" ? position : -1, chat.id);
    return [];
  }

  /**
   * On a new device messages older than its first session count as read, except those after our devices' displayed
   * marker and after our last message. Elsewhere this changes nothing.
   * @returns true if there are any
   */
  function newerIsUnread(chat: ChatRow, position: number): boolean {
    const from = Math.max(position, chat.read_position, lastOutgoing.get(chat.id) ?? -1);
    const isAny = unreadAgain.run(chat.id, from).changes > 0;
    if (isAny) chats.recount(chat.id);
    return isAny;
  }

  const messagesOf = (chat: ChatRow, ids: number[]): Message[] => ids.map((id) => view(row.get(id)!, chat));

  function toTell({
    id,
    told_position: told,
    synced_position: synced,
    read_position: read,
  }: {
    id: number;
    told_position: number;
    synced_position: number;
    read_position: number;
  }) {
    return {
      displayed: lastMarkable.get(id, told, read) ?? null,
      synced: lastArchived.get(id, synced, read) ?? null,
      readUpTo: read,
    };
  }

  return {
    markRead({ account, jid, upTo }) {
      const chat = chats.find({ account, jid });
      if (chat === undefined) return null;
      const position = positionOf.get(upTo, chat.id);
      if (position !== undefined) chats.readUpTo(chat, position);
      return chats.view(chat.id);
    },
    marked({ account, conversation: { jid }, author: { outgoing: own }, payload: { kind, target: id } }, kept) {
      const chat = chats.find({ account, jid });
      const theirs = kind === "receipt" ? "received" : kind;
      const mark: MarkKind | null = !own ? theirs : kind === "displayed" ? "own-displayed" : null;
      if (mark === null) return { messages: [], chats: [] };
      const ids = chat === undefined ? null : say(chat, mark, id);
      if (ids === null && kept) pending.keep(account, jid, id, mark);
      if (chat === undefined || ids === null || (!own && ids.length === 0)) return { messages: [], chats: [] };
      return { messages: messagesOf(chat, ids), chats: [chats.view(chat.id)] };
    },
    synced({ account, items }) {
      const changed: Chat[] = [];
      for (const { chat: jid, archiveId } of items) {
        const chat = chats.find({ account, jid });
        // Only the newest marker counts.
        pending.dropSynced(account, jid);
        if (chat !== undefined && say(chat, "own-synced", archiveId) !== null) changed.push(chats.view(chat.id));
        else pending.keep(account, jid, archiveId, "own-synced");
      }
      return { chats: changed };
    },
    unsentDisplayed: ({ account }) =>
      untold.all(account).map((chat): UnsentDisplayed => ({ jid: chat.jid as Jid, kind: chat.kind, ...toTell(chat) })),
    displayedSent({ account, jid, upTo }) {
      const chat = chats.find({ account, jid });
      if (chat !== undefined) setTold.run(upTo.displayed, upTo.synced, chat.id);
      return null;
    },
    delivered: (_, id) => delivered(id).length > 0,
    arrived(chat, of) {
      const isSeen = of.outgoing && of.position <= chat.peer_read_position;
      if (isSeen) setSeen.run(of.id);
      if (!pending.any(chat.account)) return isSeen;
      const ids = [of.token, of.messageId].filter((one) => one !== null);
      const kinds: MarkKind[] = of.outgoing ? ["received", "displayed"] : ["own-displayed"];
      const said = [
        ...ids.flatMap((id) => kinds.map((kind) => [id, kind] as const)),
        ...(of.archiveId === null
          ? []
          : (["own-synced", "own-displayed"] as const).map((kind) => [of.archiveId!, kind] as const)),
      ];
      let isMarked = isSeen;
      for (const [token, kind] of said) {
        if (!pending.take(chat.account, chat.jid, token, kind)) continue;
        say(chats.byId(chat.id)!, kind, token);
        isMarked = true;
      }
      return isMarked;
    },
    forgetMarks: pending.forget,
  };
}
