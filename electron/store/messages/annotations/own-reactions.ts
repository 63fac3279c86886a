/**
 * Reactions of ours (XEP-0444): they show at once, and wait in the outbox as one set for each message. What was never
 * tried and is taken back does not go out at all; what is refused shows again what was there before (§3.3).
 */
import type { BareJid } from "../../../../shared/jid.ts";
import { MOST_REACTIONS } from "../../../../shared/model/message.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import type { Writes } from "../../contract/index.ts";
import { MESSAGE_COLUMNS, type MessageRow } from "../columns.ts";
import { emojiIn, isReactable } from "../message-view.ts";
import type { MessagesTable } from "../messages.ts";
import type { RoomsTable } from "../../rooms/rooms.ts";
import type { SpansTable } from "../../archive/spans.ts";

interface Own {
  id: number;
  emoji: string;
  before: string | null;
}

export interface OwnReactions {
  set: Writes["reaction.set"];
  /** The server has it. */
  acked(chat: ChatRow, reaction: number): void;
  /** It was refused. @returns the message; undefined when it is none of ours, or newer ones are under way */
  failed(chat: ChatRow, of: Parameters<Writes["outbox.failed"]>[0]): number | undefined;
}

export function ownReactions(
  { rows, column, command }: Connection,
  {
    chats,
    messages,
    rooms,
    spans,
  }: { chats: ChatsTable; messages: MessagesTable; rooms: RoomsTable; spans: SpansTable },
): OwnReactions {
  const find = rows<MessageRow & { chat_id: number }>(`SELECT chat_id, ${MESSAGE_COLUMNS} FROM messages WHERE id = ?`);
  const mine = rows<Own>("SELECT id, emoji, before FROM reactions WHERE message_id = ? AND outgoing = 1");
  const insert = command(
    `INSERT INTO reactions (chat_id, message_id, target, outgoing, sender, nickname, real_jid, token, emoji, place, live, sent_at, before)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, 1, ?, '')`,
  );
  const change = command(
    "UPDATE reactions SET token = ?, emoji = ?, before = ?, place = ?, live = 1, sent_at = ?, failure_condition = NULL, failure_text = NULL WHERE id = ?",
  );
  const setReacted = command("UPDATE messages SET reacted = 1 WHERE id = ?");
  const add = command("INSERT INTO outbox (account, origin_id, message_id, reaction_id) VALUES (?, ?, ?, ?)");
  const waiting = rows<{ origin_id: string; attempts: number }>(
    "SELECT origin_id, attempts FROM outbox WHERE message_id = ? AND reaction_id = ?",
  );
  const dropWaiting = command("DELETE FROM outbox WHERE message_id = ? AND reaction_id = ?");
  const setPlace = command("UPDATE reactions SET place = ?, live = 1 WHERE id = ?");
  const sentByUs = rows<{ id: number; message_id: number }>(
    "SELECT id, message_id FROM reactions WHERE chat_id = ? AND token = ? AND outgoing = 1 AND message_id IS NOT NULL AND refused IS NOT token",
  );
  const revert = command(
    "UPDATE reactions SET emoji = coalesce(before, ''), refused = token, failure_condition = ?, failure_text = ? WHERE id = ?",
  );
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  const end = ({ account, jid, kind }: ChatRow): number =>
    spans.end(account as never, kind === "room" ? (jid as BareJid) : null);

  return {
    set({ account, id, emoji, chosen, originId, now }) {
      const row = find.get(id);
      const chat = row === undefined ? undefined : chats.byId(row.chat_id);
      if (row === undefined || chat?.account !== account || !isReactable(row, chat)) return null;
      const held = mine.get(id);
      const had = emojiIn(held?.emoji ?? "");
      const next = chosen ? [...new Set([...had, emoji])].slice(0, MOST_REACTIONS) : had.filter((one) => one !== emoji);
      if (next.length !== had.length) {
        const words = next.join(" ");
        const earlier = held === undefined ? [] : waiting.all(id, held.id);
        const before = earlier.length === 0 ? (held?.emoji ?? "") : (held?.before ?? "");
        if (held === undefined) {
          const inRoom = chat.kind === "room";
          const own = ownJid.get(account)!;
          const who = inRoom ? [chat.jid, rooms.find(account, chat.jid)?.nickname ?? "", own] : [own, null, null];
          insert.run(chat.id, id, (inRoom ? row.archive_id : row.token)!, ...who, originId, words, end(chat), now);
          setReacted.run(id);
        } else {
          change.run(originId, words, before, end(chat), now, held.id);
          dropWaiting.run(id, held.id);
        }
        // Nobody heard of it: there is nothing to say.
        const wasTried = earlier.some(({ attempts }) => attempts > 0);
        if (wasTried || !isSameSet(before, words)) add.run(account, originId, id, mine.get(id)!.id);
      }
      return { message: messages.get(id, chat), chat: chats.view(chat.id) };
    },
    acked(chat, reaction) {
      setPlace.run(end(chat), reaction);
    },
    failed(chat, { originId, condition, text }) {
      const found = sentByUs.get(chat.id, originId);
      if (found === undefined) return undefined;
      dropWaiting.run(found.message_id, found.id);
      revert.run(condition, text, found.id);
      return found.message_id;
    },
  };
}

const isSameSet = (one: string, other: string): boolean =>
  emojiIn(one).toSorted().join(" ") === emojiIn(other).toSorted().join(" ");
