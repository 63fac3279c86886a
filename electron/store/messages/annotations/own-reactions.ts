/**
 * Our own reactions (XEP-0444): shown at once, and queued in the outbox as one set per message. Reactions that were
 * never tried and are removed again are not sent; refused ones show the previous set again (§3.3). In a room, sets that
 * arrive before the reflection of our newest one (XEP-0045 §7.4) are older than it.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import { MOST_REACTIONS } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Draft } from "../../../model/outbound.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import { MESSAGE_COLUMNS, type MessageRow } from "../columns.ts";
import { emojiIn, isReactable } from "../message-view.ts";
import { outboxRows, type OutboxKind, type Queued, type QueueOf } from "../outbox-rows.ts";
import type { RoomsTable } from "../../rooms/rooms.ts";
import { UNREFLECTED } from "./reactions.ts";
import type { SpansTable } from "../../archive/spans.ts";

interface Own {
  id: number;
  emoji: string;
  before: string | null;
  live: number;
}

export interface OwnReactions extends OutboxKind {
  /** Adds or removes one reaction. Null: others do not know or have the message, or it is removed. */
  react(draft: Extract<Draft, { kind: "reaction" }>, of: QueueOf): Queued | null;
  /**
   * We join a room again, or all rooms of a new session: no set that was sent before and does not wait can still be
   * reflected, except by the archive. @param room null: all rooms
   */
  joining(account: AccountId, room: BareJid | null): void;
}

export function ownReactions(
  connection: Connection,
  { chats, rooms, spans }: { chats: ChatsTable; rooms: RoomsTable; spans: SpansTable },
): OwnReactions {
  const { rows, column, command } = connection;
  const waiting = outboxRows(connection);
  const find = rows<MessageRow & { chat_id: number }>(
    `SELECT chat_id, ${MESSAGE_COLUMNS} FROM messages WHERE id = $id`,
  );
  const mine = rows<Own>("SELECT id, emoji, before, live FROM reactions WHERE message_id = $id AND outgoing = 1");
  const insert = command(
    `INSERT INTO reactions (chat_id, message_id, target, outgoing, sender, nickname, real_jid, token, emoji, place, live, sent_at, before)
     VALUES ($chat, $message, $target, 1, $sender, $nickname, $realJid, $originId, $emoji, $place, $live, $now, '')`,
  );
  const change = command(
    `UPDATE reactions SET token = $originId, emoji = $emoji, before = $before, place = $place, live = $live, sent_at = $now,
       failure_condition = NULL, failure_text = NULL WHERE id = $ref`,
  );
  const setReacted = command("UPDATE messages SET reacted = 1 WHERE id = $id");
  const setPlace = command("UPDATE reactions SET place = $place, live = max(live, 1) WHERE id = $ref");
  const byToken = rows<{ ref: number; message: number }>(
    `SELECT id AS ref, message_id AS message FROM reactions
     WHERE chat_id = $chat AND token = $originId AND outgoing = 1 AND message_id IS NOT NULL AND refused IS NOT token`,
  );
  const revert = command(
    `UPDATE reactions SET emoji = coalesce(before, ''), live = 1, refused = token, failure_condition = $condition, failure_text = $text
     WHERE id = $ref`,
  );
  // Only a room's refusal makes a set wait again.
  const rename = command(`UPDATE reactions SET token = $originId, live = ${UNREFLECTED} WHERE id = $ref`);
  const OVERDUE = `outgoing = 1 AND live = ${UNREFLECTED} AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'reaction' AND ref = reactions.id)`;
  const joiningOne = command(
    `UPDATE reactions SET live = 1 WHERE ${OVERDUE} AND chat_id = (SELECT id FROM chats WHERE account = $account AND jid = $room)`,
  );
  const joiningAll = command(
    `UPDATE reactions SET live = 1 WHERE ${OVERDUE} AND chat_id IN (SELECT id FROM chats WHERE account = $account AND kind = 'room')`,
  );
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = $account");

  const liveIn = ({ kind }: ChatRow): number => (kind === "room" ? UNREFLECTED : 1);
  const next = ({ account, jid, kind }: ChatRow): number =>
    spans.next(account as AccountId, kind === "room" ? (jid as BareJid) : null);

  /** @returns the id of its row */
  function add(chat: ChatRow, row: MessageRow, words: { originId: string; emoji: string; now: number }): number {
    const own = ownJid.get({ account: chat.account })!;
    const who =
      chat.kind === "room"
        ? { sender: chat.jid, nickname: rooms.find(chat.account, chat.jid)?.nickname ?? "", realJid: own }
        : { sender: own, nickname: null, realJid: null };
    const target = (chat.kind === "room" ? row.archive_id : row.token)!;
    setReacted.run({ id: row.id });
    const where = { place: next(chat), live: liveIn(chat) };
    return insert.run({ chat: chat.id, message: row.id, target, ...who, ...words, ...where }).lastInsertRowid;
  }

  return {
    react({ id, emoji, chosen }, { account, originId, now }) {
      const row = find.get({ id });
      const chat = row === undefined ? undefined : chats.byId(row.chat_id);
      if (row === undefined || chat?.account !== account || !isReactable(row, chat)) return null;
      const held = mine.get({ id });
      const had = emojiIn(held?.emoji ?? "");
      const emojis = chosen
        ? [...new Set([...had, emoji])].slice(0, MOST_REACTIONS)
        : had.filter((one) => one !== emoji);
      if (emojis.length === had.length) return { chat, message: id, ref: null };
      const words = { originId, emoji: emojis.join(" "), now };
      if (held === undefined) return { chat, message: id, ref: add(chat, row, words) };
      const tries = waiting.tries("reaction", held.id);
      // A reflected set has arrived, whether or not the server has acknowledged it.
      const isUnclear = tries !== undefined && held.live === liveIn(chat);
      const before = isUnclear ? (held.before ?? "") : held.emoji;
      // Nobody has received the previous set: there is nothing to send.
      const isUnheard = (tries ?? 0) === 0 && isSameSet(before, words.emoji);
      change.run({ ref: held.id, ...words, before, place: next(chat), live: isUnheard ? 1 : liveIn(chat) });
      waiting.drop("reaction", held.id);
      return { chat, message: id, ref: isUnheard ? null : held.id };
    },
    joining(account, room) {
      if (room === null) joiningAll.run({ account });
      else joiningOne.run({ account, room });
    },
    sent: (chat, originId) => byToken.get({ chat: chat.id, originId }),
    acked(ref, _, chat) {
      setPlace.run({ ref, place: next(chat) });
    },
    failed: (ref, { condition, text }) => void revert.run({ ref, condition, text }),
    renew: (ref, originId) => void rename.run({ ref, originId }),
    // Refused reactions are no longer shown.
    refused: () => undefined,
  };
}

const isSameSet = (one: string, other: string): boolean =>
  emojiIn(one).toSorted().join(" ") === emojiIn(other).toSorted().join(" ");
