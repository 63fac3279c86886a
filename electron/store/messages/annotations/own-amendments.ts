/**
 * Corrections and retractions of ours: they show at once, and wait in the outbox behind the message that they are
 * about. What becomes of them is kept with that message; its own delivery stays what it is.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import type { AmendmentsTable, Correction } from "./amendments.ts";
import { authorOf, type AuthorRow } from "../columns.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import type { Writes } from "../../contract/index.ts";
import type { MessagesTable } from "../messages.ts";
import type { ReactionsTable } from "./reactions.ts";
import type { SpansTable } from "../../archive/spans.ts";

interface OwnRow extends AuthorRow {
  id: number;
  chat_id: number;
  token: string | null;
  stanza_id: string | null;
  encryption: "omemo" | "none" | null;
  device: number | null;
  delivery: string;
}

type Failed = Parameters<Writes["outbox.failed"]>[0];

export interface OwnAmendments {
  correct: Writes["amendment.correct"];
  retract: Writes["amendment.retract"];
  /** The server has it. */
  acked(message: number): void;
  /** It was refused. @returns the message; undefined when it is none of ours */
  failed(chat: ChatRow, of: Failed): number | undefined;
  /** Once more, under a new id. @returns false when nothing was refused */
  retry(account: string, message: number, originId: string): boolean;
  /** What waits for a message does not go out, for the message itself did not, or is gone. */
  giveUp(message: number): void;
}

export function ownAmendments(
  { rows, column, command }: Connection,
  {
    amendments,
    chats,
    messages,
    reactions,
    spans,
  }: {
    amendments: AmendmentsTable;
    chats: ChatsTable;
    messages: MessagesTable;
    reactions: ReactionsTable;
    spans: SpansTable;
  },
): OwnAmendments {
  const find = rows<OwnRow>(
    `SELECT id, chat_id, outgoing, sender, nickname, occupant_id, real_jid, stay, token, stanza_id, encryption, device, delivery FROM messages
     WHERE id = ? AND outgoing = 1 AND delivery <> 'failed' AND retracted_at IS NULL AND problem IS NULL`,
  );
  const add = command("INSERT INTO outbox (account, origin_id, message_id, amendment_id) VALUES (?, ?, ?, ?)");
  const setAmending = command(
    "UPDATE messages SET amending = ?, amending_condition = ?, amending_text = ? WHERE id = ?",
  );
  const waiting = column<number>("SELECT 1 FROM outbox WHERE message_id = ? AND amendment_id IS NOT NULL LIMIT 1");
  const tries = column<number>(
    "SELECT attempts FROM outbox WHERE message_id = ? AND amendment_id IS NULL AND reaction_id IS NULL",
  );
  const dropAll = command("DELETE FROM outbox WHERE message_id = ?");
  const dropOne = command("DELETE FROM outbox WHERE account = ? AND origin_id = ?");
  const setSent = command("UPDATE messages SET delivery = 'sent' WHERE id = ? AND delivery = 'pending'");
  const sentByUs = rows<{ message_id: number; kind: string }>(
    "SELECT message_id, kind FROM amendments WHERE chat_id = ? AND token = ? AND outgoing = 1 AND message_id IS NOT NULL",
  );
  const last = column<number>(
    "SELECT id FROM amendments WHERE message_id = ? AND outgoing = 1 AND kind = ? ORDER BY id DESC LIMIT 1",
  );
  const rename = command("UPDATE amendments SET token = ?, archive_id = NULL WHERE id = ?");
  const refused = column<string>("SELECT amending FROM messages WHERE id = ? AND amending_condition IS NOT NULL");
  const dropAmendments = command("DELETE FROM amendments WHERE message_id = ?");
  const remove = command("DELETE FROM messages WHERE id = ?");

  /** A message of ours that can be changed, with the id that names it to others. */
  function own(account: string, id: MessageId): { row: OwnRow; chat: ChatRow; target: string } | undefined {
    const row = find.get(id);
    const chat = row === undefined ? undefined : chats.byId(row.chat_id);
    const target = row?.stanza_id ?? row?.token ?? null;
    // Who has the nickname of a private message's chat now may be somebody else.
    return row === undefined || chat?.account !== account || chat.kind === "private" || target === null
      ? undefined
      : { row, chat, target };
  }

  function queue(
    account: string,
    { row, chat }: { row: OwnRow; chat: ChatRow },
    originId: string,
    amendment: number,
    kind: string,
  ) {
    add.run(account, originId, row.id, amendment);
    setAmending.run(kind, null, null, row.id);
    return { message: messages.get(row.id, chat), chat: chats.view(chat.id) };
  }

  function giveUp(message: number): void {
    dropAll.run(message);
    setAmending.run(null, null, null, message);
  }

  return {
    correct({ account, id, body, encryption, originId, now }) {
      const found = own(account, id);
      if (found === undefined || (found.row.encryption === "omemo" && encryption !== "omemo")) return null;
      const { row, chat, target } = found;
      const protection: Correction["protection"] =
        encryption === "omemo" ? { kind: "omemo", device: row.device, trust: null, problem: null } : { kind: "none" };
      const common = { target, author: authorOf(row), originId, messageId: null, archiveId: null };
      const place = spans.end(account, chat.kind === "room" ? (chat.jid as BareJid) : null);
      const amendment = amendments.apply(chat, id, {
        ...common,
        kind: "correction",
        sentAt: now,
        body,
        protection,
        place,
        live: true,
      });
      return queue(account, found, originId, amendment, "correction");
    },
    retract({ account, id, originId, now }) {
      const found = own(account, id);
      if (found === undefined) return null;
      const { row, chat, target } = found;
      const unsent = row.delivery === "pending" && tries.get(id) === 0;
      giveUp(id);
      if (unsent) {
        dropAmendments.run(id);
        reactions.drop(id);
        remove.run(id);
        chats.removed(chat, id);
        return { message: null, chat: chats.view(chat.id) };
      }
      // Whether it arrived is not known, and does not matter any more.
      setSent.run(id);
      const common = { target, author: authorOf(row), originId, messageId: null, archiveId: null, sentAt: now };
      const amendment = amendments.apply(
        chat,
        id,
        { ...common, kind: "retraction", moderator: null, reason: "" },
        true,
      );
      return queue(account, found, originId, amendment, "retraction");
    },
    acked(message) {
      if (waiting.get(message) === undefined) setAmending.run(null, null, null, message);
    },
    failed(chat, { account, originId, condition, text }) {
      const [found] = sentByUs.all(chat.id, originId);
      if (found === undefined) return undefined;
      dropOne.run(account, originId);
      setAmending.run(found.kind, condition, text, found.message_id);
      return found.message_id;
    },
    retry(account, message, originId) {
      const kind = refused.get(message);
      const amendment = kind === undefined ? undefined : last.get(message, kind);
      if (kind === undefined || amendment === undefined) return false;
      rename.run(originId, amendment);
      add.run(account, originId, message, amendment);
      setAmending.run(kind, null, null, message);
      return true;
    },
    giveUp,
  };
}
