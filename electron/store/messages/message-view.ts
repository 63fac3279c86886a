/** Converts a row, its reactions and its files to a message for the window. */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import { SHOWN_NAMES, SHOWN_REACTIONS, type Message, type Reaction } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { SharedFile } from "../../model/file.ts";
import type { ChatRow } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import { shownFile, type FilesTable } from "../files/files.ts";
import { partsOf, protectionOf, writerOf, type MessageRow } from "./columns.ts";
import { outboxRows } from "./outbox-rows.ts";

interface ReactionRow {
  id: number;
  outgoing: number;
  nickname: string | null;
  emoji: string;
  failure_condition: string | null;
  failure_text: string | null;
}

function retracted(row: MessageRow): Message["retracted"] {
  if (row.retracted_at === null) return null;
  const unencrypted = row.encryption === "omemo" && row.unexpected === 1;
  return { moderated: row.moderated === 1, by: row.retracted_by, reason: row.retracted_reason ?? "", unencrypted };
}

/**
 * Others have the message and know an id of it. The present occupant with the nickname of a private chat may be
 * somebody else.
 */
export const isReactable = (
  {
    problem,
    retracted_at,
    delivery,
    token,
    archive_id,
  }: Pick<MessageRow, "problem" | "retracted_at" | "delivery" | "token" | "archive_id">,
  { kind }: Pick<ChatRow, "kind">,
): boolean =>
  kind !== "private" &&
  problem === null &&
  retracted_at === null &&
  delivery !== "pending" &&
  delivery !== "failed" &&
  (kind === "room" ? archive_id : token) !== null;

/** Converts a row with its reactions and files. @param shared its files, if they are known; else they are read */
export type MessageView = (
  row: MessageRow,
  chat: Pick<ChatRow, "account" | "jid" | "kind">,
  shared?: readonly SharedFile[],
) => Message;

export function messageView(connection: Connection, files: FilesTable): MessageView {
  const reactionsTo = connection.rows<ReactionRow>(
    "SELECT id, outgoing, nickname, emoji, failure_condition, failure_text FROM reactions WHERE message_id = ? ORDER BY id",
  );
  const waiting = outboxRows(connection);

  return (row, chat, shared = files.of(row.id)) => {
    const found = row.reacted === 1 ? reactionsTo.all(row.id) : [];
    const own = found.find(({ outgoing }) => outgoing === 1);
    const failure =
      own === undefined || own.failure_condition === null
        ? null
        : { condition: own.failure_condition, text: own.failure_text ?? "" };
    const reacting =
      failure !== null || (own !== undefined && waiting.tries("reaction", own.id) !== undefined) ? { failure } : null;
    return {
      ...plain(row, chat),
      files: shared.map(shownFile),
      reactions: summed(found),
      reactable: isReactable(row, chat),
      reacting,
    };
  };
}

/** The people behind each emoji, in order of arrival; of too many different emoji the rarest are left out. */
function summed(found: readonly ReactionRow[]): Reaction[] {
  const by = new Map<string, Reaction>();
  for (const { outgoing, nickname, emoji } of found) {
    for (const one of emojiIn(emoji)) {
      const known = by.get(one) ?? { emoji: one, count: 0, own: false, names: [] };
      by.set(one, known);
      known.count += 1;
      if (outgoing === 1) known.own = true;
      else if (nickname !== null && known.names.length < SHOWN_NAMES) known.names.push(nickname);
    }
  }
  const all = [...by.values()];
  if (all.length <= SHOWN_REACTIONS) return all;
  const most = new Set(all.toSorted((one, other) => other.count - one.count).slice(0, SHOWN_REACTIONS));
  return all.filter((one) => most.has(one));
}

/** As stored: no emoji contains a space. */
export const emojiIn = (stored: string): string[] => (stored === "" ? [] : stored.split(" "));

function plain(
  row: MessageRow,
  chat: { account: string; jid: string },
): Omit<Message, "files" | "reactions" | "reactable" | "reacting"> {
  return {
    id: row.id as MessageId,
    account: chat.account as AccountId,
    chat: chat.jid as Jid,
    position: row.position,
    direction: row.outgoing === 1 ? "out" : "in",
    from: row.sender as BareJid,
    writer: writerOf(row),
    ...partsOf(row),
    body: row.body,
    sentAt: row.sent_at,
    delivery: row.delivery,
    failure: row.failure_condition === null ? null : { condition: row.failure_condition, text: row.failure_text ?? "" },
    protection: protectionOf(row),
    editedAt: row.edited_at,
    retracted: retracted(row),
    starred: row.starred === 1,
    pendingChange:
      row.amending === null
        ? null
        : {
            kind: row.amending,
            failure:
              row.amending_condition === null
                ? null
                : { condition: row.amending_condition, text: row.amending_text ?? "" },
          },
  };
}
