/** The files and links of one chat, or of all, in the order of time. */
import type { Jid } from "../../../shared/jid.ts";
import type { LinkItem, MediaItem, StarredItem } from "../../../shared/ipc/media.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { MediaReads } from "../contract/media.ts";
import type { Connection } from "../engine/connection.ts";
import { FILE_COLUMNS, fileOf, previewOf, shownFile, type FileRow } from "./files.ts";

interface Origin {
  account: string;
  jid: string;
  id: number;
  sent_at: number;
  outgoing: number;
  nickname: string | null;
}

const ORIGIN = "c.account, c.jid, m.id, m.sent_at, m.outgoing, m.nickname";

const originOf = (row: Origin) => ({
  account: row.account as AccountId,
  chat: row.jid as Jid,
  id: row.id as MessageId,
  sentAt: row.sent_at,
  direction: row.outgoing === 1 ? ("out" as const) : ("in" as const),
  nickname: row.nickname,
});

export function mediaReads({ rows, column }: Connection): MediaReads {
  const chatId = column<number>("SELECT id FROM chats WHERE account = $account AND jid = $jid");
  const files = (ofChat: boolean, isOlder: boolean) =>
    rows<Origin & FileRow & { place: number }>(
      `SELECT ${ORIGIN}, f.place, ${FILE_COLUMNS} FROM files f CROSS JOIN messages m ON m.id = f.message_id
       JOIN chats c ON c.id = m.chat_id
       WHERE ${ofChat ? "f.chat_id = $chat AND" : ""} f.shelf = $shelf
         AND (f.sent_at, f.message_id, f.place) ${isOlder ? "<" : ">"} ($sentAt, $id, $file)
       ORDER BY ${["f.sent_at", "f.message_id", "f.place"].map((one) => one + (isOlder ? " DESC" : "")).join(", ")}
       LIMIT $most`,
    );
  const queries = [true, false].map((ofChat) => [files(ofChat, true), files(ofChat, false)] as const);
  const links = (ofChat: boolean) =>
    rows<Origin & { body: string }>(
      `SELECT ${ORIGIN}, m.body FROM messages m ${ofChat ? "INDEXED BY messages_in_order" : "INDEXED BY messages_with_links"}
       JOIN chats c ON c.id = m.chat_id
       WHERE instr(m.body, '://') > 0 AND m.problem IS NULL ${ofChat ? "AND m.chat_id = $chat AND m.position < $position" : "AND (m.sent_at, m.id) < ($sentAt, $id)"}
       ORDER BY ${ofChat ? "m.position DESC" : "m.sent_at DESC, m.id DESC"} LIMIT $most`,
    );
  const [linksOfChat, linksOfAll] = [links(true), links(false)];
  const starred = (ofChat: boolean) =>
    rows<Origin & { body: string; name: string | null; media_type: string | null; files: number }>(
      `SELECT ${ORIGIN}, m.body, f.name, f.media_type,
         CASE WHEN f.message_id IS NULL THEN 0 ELSE (SELECT count(*) FROM files WHERE message_id = m.id) END AS files
       FROM messages m INDEXED BY ${ofChat ? "messages_starred_of_chat" : "messages_starred"}
         JOIN chats c ON c.id = m.chat_id LEFT JOIN files f ON f.message_id = m.id AND f.place = 0
       WHERE m.starred = 1 AND m.retracted_at IS NULL ${ofChat ? "AND m.chat_id = $chat" : ""} AND (m.sent_at, m.id) < ($sentAt, $id)
       ORDER BY m.sent_at DESC, m.id DESC LIMIT $most`,
    );
  const [starredOfChat, starredOfAll] = [starred(true), starred(false)];
  const position = column<number>("SELECT position FROM messages WHERE id = $id");
  /** Null: no such chat. */
  const find = (chat: ChatKey): number | null => chatId.get({ account: chat.account, jid: chat.jid }) ?? null;

  return {
    "media.page"({ chat, shelf, from, direction, limit }) {
      const isOlder = direction === "older";
      const [older, newer] = queries[chat === null ? 1 : 0]!;
      const id = chat === null ? null : find(chat);
      if (chat !== null && id === null) return { items: [], hasMore: false };
      const end = isOlder ? Number.MAX_SAFE_INTEGER : -1;
      const found = (isOlder ? older : newer).all({
        shelf,
        sentAt: from?.sentAt ?? end,
        id: from?.id ?? end,
        file: from?.file ?? end,
        most: limit + 1,
        ...(id === null ? {} : { chat: id }),
      });
      const items = found.slice(0, limit).map((row): MediaItem => ({
        ...originOf(row),
        file: row.place,
        shared: shownFile(fileOf(row)),
      }));
      return { items, hasMore: found.length > limit };
    },
    "media.starred"({ chat, before, limit }) {
      const id = chat === null ? null : find(chat);
      if (chat !== null && id === null) return { items: [], hasMore: false };
      const end = Number.MAX_SAFE_INTEGER;
      const from = { sentAt: before?.sentAt ?? end, id: before?.id ?? end, most: limit + 1 };
      const found = id === null ? starredOfAll.all(from) : starredOfChat.all({ ...from, chat: id });
      const items = found.slice(0, limit).map((row): StarredItem => ({
        ...originOf(row),
        body: row.body,
        files: previewOf(row.name, row.media_type, row.files),
      }));
      return { items, hasMore: found.length > limit };
    },
    "media.links"({ chat, before, limit }) {
      const id = chat === null ? null : find(chat);
      if (chat !== null && id === null) return { items: [], hasMore: false };
      const end = Number.MAX_SAFE_INTEGER;
      const found =
        id === null
          ? linksOfAll.all({ sentAt: before?.sentAt ?? end, id: before?.id ?? end, most: limit + 1 })
          : linksOfChat.all({
              chat: id,
              position: before === null ? end : (position.get({ id: before.id }) ?? -end),
              most: limit + 1,
            });
      const items = found.slice(0, limit).map((row): LinkItem => ({ ...originOf(row), body: row.body }));
      return { items, hasMore: found.length > limit };
    },
  };
}
