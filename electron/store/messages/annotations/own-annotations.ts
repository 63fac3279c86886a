/**
 * Our own corrections and retractions: shown at once, and queued in the outbox after their message. Their result is
 * stored with the message, whose own delivery does not change.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Draft } from "../../../model/outbound.ts";
import type { AnnotationsTable, Correction } from "./annotations.ts";
import { authorOf, type AuthorRow } from "../columns.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import { outboxRows, type OutboxKind, type Queued, type QueueOf } from "../outbox-rows.ts";
import type { OwnMessages } from "../own-messages.ts";
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

export interface OwnAnnotations extends OutboxKind {
  /** Null: the message cannot be corrected. */
  correct(draft: Extract<Draft, { kind: "correction" }>, of: QueueOf): Queued | null;
  /** Null: the message cannot be retracted. One that was never sent is deleted. */
  retract(draft: Extract<Draft, { kind: "retraction" }>, of: QueueOf): Queued | null;
}

export function ownAnnotations(
  connection: Connection,
  {
    annotations,
    chats,
    sent,
    spans,
  }: { annotations: AnnotationsTable; chats: ChatsTable; sent: OwnMessages; spans: SpansTable },
): OwnAnnotations {
  const { rows, column, command } = connection;
  const waiting = outboxRows(connection);
  const find = rows<OwnRow>(
    `SELECT id, chat_id, outgoing, sender, nickname, occupant_id, real_jid, stay, token, stanza_id, encryption, device, delivery FROM messages
     WHERE id = $id AND outgoing = 1 AND delivery <> 'failed' AND retracted_at IS NULL AND problem IS NULL`,
  );
  const setAmending = command(
    "UPDATE messages SET amending = $kind, amending_condition = $condition, amending_text = $text WHERE id = $message",
  );
  const setSent = command("UPDATE messages SET delivery = 'sent' WHERE id = $id AND delivery = 'pending'");
  const byToken = rows<{ ref: number; message: number }>(
    `SELECT id AS ref, message_id AS message FROM amendments
     WHERE chat_id = $chat AND token = $originId AND outgoing = 1 AND message_id IS NOT NULL`,
  );
  const kindOf = column<string>("SELECT kind FROM amendments WHERE id = $ref");
  const last = column<number>(
    "SELECT id FROM amendments WHERE message_id = $message AND outgoing = 1 AND kind = $kind ORDER BY id DESC LIMIT 1",
  );
  const rename = command("UPDATE amendments SET token = $originId, archive_id = NULL WHERE id = $ref");
  const refused = column<string>(
    "SELECT amending FROM messages WHERE id = $message AND amending_condition IS NOT NULL",
  );

  const setPendingChange = (message: number, kind: string | null, failure = { condition: null, text: null }): void =>
    void setAmending.run({ message, kind, ...failure });

  /** Our message that can be changed, with the id by which others know it. */
  function own(account: string, id: number): { row: OwnRow; chat: ChatRow; target: string } | null {
    const row = find.get({ id });
    const chat = row === undefined ? undefined : chats.byId(row.chat_id);
    const target = row?.stanza_id ?? row?.token ?? null;
    // The present occupant with the nickname of a private chat may be somebody else.
    return row === undefined || chat?.account !== account || chat.kind === "private" || target === null
      ? null
      : { row, chat, target };
  }

  return {
    correct({ id, body, encryption, unstyled = false }, { account, originId, now }) {
      const found = own(account, id);
      if (found === null || (found.row.encryption === "omemo" && encryption !== "omemo")) return null;
      const { row, chat, target } = found;
      const protection: Correction["protection"] =
        encryption === "omemo" ? { kind: "omemo", device: row.device, trust: null, problem: null } : { kind: "none" };
      const common = { target, author: authorOf(row), originId, messageId: null, archiveId: null, sentAt: now };
      const place = spans.next(account, chat.kind === "room" ? (chat.jid as BareJid) : null);
      const text = { body, unstyled, files: [], protection };
      const correction = { ...common, ...text, kind: "correction" as const, place, live: true };
      const ref = annotations.apply(chat, id, correction);
      setPendingChange(id, "correction");
      return { chat, message: id, ref };
    },
    retract({ id }, { account, originId, now }) {
      const found = own(account, id);
      if (found === null) return null;
      const { row, chat, target } = found;
      if (row.delivery === "pending" && waiting.tries("message", id) === 0) {
        sent.remove(chat, id);
        return { chat, message: null, ref: null };
      }
      waiting.dropAll(id);
      // Whether it arrived is unknown, and no longer matters.
      setSent.run({ id });
      const common = { target, author: authorOf(row), originId, messageId: null, archiveId: null, sentAt: now };
      const ref = annotations.apply(chat, id, { ...common, kind: "retraction", moderator: null, reason: "" }, true);
      setPendingChange(id, "retraction");
      return { chat, message: id, ref };
    },
    sent: (chat, originId) => byToken.get({ chat: chat.id, originId }),
    acked(_, message) {
      if (!waiting.hasAnnotation(message)) setPendingChange(message, null);
    },
    failed(ref, { condition, text }, message) {
      const kind = kindOf.get({ ref })!;
      // A later correction takes its place.
      if (last.get({ message, kind }) === ref) setAmending.run({ message, kind, condition, text });
    },
    renew(ref, originId, message) {
      rename.run({ ref, originId });
      setPendingChange(message, kindOf.get({ ref })!);
    },
    refused(message) {
      const kind = refused.get({ message });
      return kind === undefined ? undefined : last.get({ message, kind });
    },
  };
}
