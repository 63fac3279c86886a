/**
 * Entries that wait to be sent, and their results, in the same way for texts, corrections, retractions and reactions.
 * An entry is removed when the server acknowledges it (XEP-0198 §4) or an error arrives (RFC 6120 §8.3); the message
 * itself stays.
 */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { Draft, OutboundPayload } from "../../model/outbound.ts";
import type { OutboxReads, OutboxWrites } from "../contract/outbox.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { OwnAnnotations } from "./annotations/own-annotations.ts";
import type { OwnReactions } from "./annotations/own-reactions.ts";
import { partsIn, setPartsOf, type PartsRow } from "./columns.ts";
import { emojiIn } from "./message-view.ts";
import type { MessagesTable } from "./messages.ts";
import { textOf, type OutgoingFilesTable } from "./outgoing-files.ts";
import { outboxRows, type OutboxKind, type Queued, type QueueOf, type WaitingKind } from "./outbox-rows.ts";
import type { OwnMessages } from "./own-messages.ts";

interface PendingRow extends PartsRow {
  origin_id: string;
  attempts: number;
  tried_at: number | null;
  /** Null: a message. */
  kind: "correction" | "retraction" | "reaction" | null;
  id: number;
  sent_at: number;
  jid: string;
  conversation: Chat["kind"];
  nickname: string | null;
  occupant_id: string | null;
  real_jid: string | null;
  /** Of a message its first text: what corrected it waits behind it. */
  body: string;
  /** As `body`: of the first text, or of the correction. */
  as_typed: number;
  encryption: Encryption | null;
  /** The ids by which others know the message: its own id, and its archive id. */
  sent_id: string | null;
  archive_id: string | null;
  /** The id that a reaction names. */
  reacts_to: string | null;
  emoji: string | null;
  /** The message, or its chat, is encrypted. */
  hidden: number;
  /** The message itself waits for its first try. */
  untried: number;
  has_files: number;
}

/** Maximum number of acknowledged entries whose places are remembered. */
const MOST_PLACES = 1_000;
const KINDS: readonly WaitingKind[] = ["message", "amendment", "reaction"];

export type OutboxTable = {
  pending: OutboxReads["outbox.pending"];
} & { [N in keyof OutboxWrites as N extends `outbox.${infer Name}` ? Name : never]: OutboxWrites[N] };

export function outboxTable(
  connection: Connection,
  {
    chats,
    messages,
    outgoing,
    sent,
    ownAnnotations,
    reacted,
  }: {
    chats: ChatsTable;
    messages: MessagesTable;
    outgoing: OutgoingFilesTable;
    sent: OwnMessages;
    ownAnnotations: OwnAnnotations;
    reacted: OwnReactions;
  },
): OutboxTable {
  const { rows, command } = connection;
  const waiting = outboxRows(connection);
  const pending = rows<PendingRow>(
    `SELECT o.origin_id, o.attempts, o.tried_at, coalesce(a.kind, iif(r.id IS NULL, NULL, 'reaction')) AS kind, m.id, m.sent_at, c.jid,
       c.kind AS conversation, m.nickname, m.occupant_id, m.real_jid, iif(a.id IS NULL, coalesce(first.body, m.body), coalesce(a.body, '')) AS body,
       iif(a.id IS NULL, coalesce(first.unstyled, m.unstyled), a.unstyled) AS as_typed, iif(a.id IS NULL, m.encryption, a.encryption) AS encryption, coalesce(m.stanza_id, m.token) AS sent_id, m.archive_id,
       iif(c.kind = 'room', m.archive_id, m.token) AS reacts_to, r.emoji, ${partsIn("m")}, m.encryption IS 'omemo' OR c.encryption IS 'omemo' AS hidden,
       EXISTS (SELECT 1 FROM outbox WHERE kind = 'message' AND ref = m.id AND attempts = 0) AS untried,
       o.kind = 'message' AND EXISTS (SELECT 1 FROM outgoing_files WHERE message_id = m.id) AS has_files
     FROM outbox o
       LEFT JOIN amendments a ON o.kind = 'amendment' AND a.id = o.ref
       LEFT JOIN reactions r ON o.kind = 'reaction' AND r.id = o.ref
       JOIN messages m ON m.id = CASE o.kind WHEN 'message' THEN o.ref WHEN 'amendment' THEN a.message_id ELSE r.message_id END
       JOIN chats c ON c.id = m.chat_id
       LEFT JOIN amendments first ON o.kind = 'message' AND m.edited_at IS NOT NULL AND first.message_id = m.id
         AND first.kind = 'original' AND first.body IS NOT NULL
     WHERE o.account = $account ORDER BY o.place`,
  );
  const find = rows<{ place: number; kind: WaitingKind; ref: number; message: number }>(
    `SELECT place, kind, ref, CASE kind WHEN 'message' THEN ref
       WHEN 'amendment' THEN (SELECT message_id FROM amendments WHERE id = ref)
       ELSE (SELECT message_id FROM reactions WHERE id = ref) END AS message
     FROM outbox WHERE account = $account AND origin_id = $originId`,
  );
  const drop = command("DELETE FROM outbox WHERE account = $account AND origin_id = $originId");
  /** The places of what the server has acknowledged: a room may refuse it after that. */
  const places = new Map<string, number>();
  const tried = command(
    `UPDATE outbox SET attempts = attempts + 1, tried_at = coalesce(tried_at, $now)
     WHERE account = $account AND origin_id = $originId`,
  );
  const setDevice = command(
    `UPDATE messages SET device = (SELECT device FROM omemo_own WHERE account = $account) WHERE encryption = 'omemo'
       AND id = (SELECT ref FROM outbox WHERE account = $account AND origin_id = $originId AND kind = 'message')`,
  );
  /** A message waits under one nickname, and is sent under the present one. */
  const setNickname = command(
    `UPDATE messages SET nickname = coalesce((SELECT r.nickname FROM chats c JOIN rooms r ON r.account = c.account AND r.jid = c.jid
         WHERE c.id = messages.chat_id AND c.kind = 'room'), nickname)
       WHERE id = (SELECT ref FROM outbox WHERE account = $account AND origin_id = $originId AND kind = 'message')`,
  );
  const place = rows<{ chat_id: number; delivery: string | null }>(
    "SELECT chat_id, delivery FROM messages WHERE id = $id",
  );

  const kinds: Record<WaitingKind, OutboxKind> = { message: sent, amendment: ownAnnotations, reaction: reacted };

  function write(draft: Draft, of: QueueOf): (Queued & { kind: WaitingKind }) | null {
    const as = (kind: WaitingKind, queued: Queued | null) => (queued === null ? null : { ...queued, kind });
    switch (draft.kind) {
      case "text":
        return as("message", sent.write(draft, of));
      case "correction":
        return as("amendment", ownAnnotations.correct(draft, of));
      case "retraction":
        return as("amendment", ownAnnotations.retract(draft, of));
      case "reaction":
        return as("reaction", reacted.react(draft, of));
    }
  }

  function payloadOf(one: PendingRow): OutboundPayload {
    const named = one.sent_id ?? "";
    // In a room the archive id names a message (XEP-0424 §5.1, XEP-0444 §4.2); a correction names the sender's id.
    switch (one.kind) {
      case "reaction":
        return { kind: "reaction", target: one.reacts_to ?? "", emoji: emojiIn(one.emoji ?? "") };
      case "retraction": {
        const target = (one.conversation === "room" ? one.archive_id : null) ?? named;
        return { kind: "retraction", target };
      }
      case "correction":
        return { kind: "text", body: one.body, replaces: named, ...(one.as_typed === 1 ? { unstyled: true } : {}) };
      case null: {
        const parts = setPartsOf({ ...one, unstyled: one.as_typed });
        if (one.has_files === 0) return { kind: "text", body: one.body, ...parts };
        const uploads = outgoing.of(one.id);
        // Its text for other clients is where its files are.
        return { kind: "text", body: textOf(uploads) ?? one.body, uploads, ...parts };
      }
    }
  }

  /** In an encrypted chat no reaction is sent as plaintext, even if it was chosen before the chat was encrypted. */
  function encryptionOf(account: AccountId, { kind, jid, hidden, encryption }: PendingRow): Encryption {
    if (kind !== "reaction") return encryption ?? "none";
    return hidden === 1 || chats.get({ account, jid: jid as Jid })?.encryption === "omemo" ? "omemo" : "none";
  }

  function remember(originId: string, at: number): void {
    places.set(originId, at);
    if (places.size > MOST_PLACES) places.delete(places.keys().next().value!);
  }

  const chatOf = (id: number): ChatRow | undefined => chats.byId(place.get({ id })?.chat_id ?? -1);
  const shown = (chat: ChatRow, id: number): { message: Message; chat: Chat } => ({
    message: messages.get(id, chat),
    chat: chats.view(chat.id),
  });

  type Refused = { kind: WaitingKind; ref: number; message: number; originId: string };
  /** @param at the place that it had; null: the end */
  function queueAgain(chat: ChatRow, { kind, ref, message, originId }: Refused, at: number | null = null) {
    kinds[kind].renew(ref, originId, message);
    waiting.add(chat.account, originId, kind, ref, at);
    return shown(chat, message);
  }

  return {
    pending: ({ account }) =>
      pending.all({ account }).map((one) => ({
        conversation: { jid: one.jid as Jid, kind: one.conversation },
        originId: one.origin_id,
        payload: payloadOf(one),
        encryption: encryptionOf(account, one),
        for:
          one.conversation === "private" && one.nickname !== null
            ? { nickname: one.nickname, occupantId: one.occupant_id, jid: one.real_jid as BareJid | null }
            : null,
        message: one.id as MessageId,
        writtenAt: one.sent_at,
        attempts: one.attempts,
        triedAt: one.tried_at,
        correctsAs: one.conversation === "room" && one.kind === "correction" && one.untried === 0 ? one.nickname : null,
      })),
    queue({ draft, ...of }) {
      const queued = write(draft, of);
      if (queued === null) return null;
      const { chat, message, kind, ref } = queued;
      if (ref !== null) waiting.add(of.account, of.originId, kind, ref);
      return message === null ? { message, chat: chats.view(chat.id) } : shown(chat, message);
    },
    acked({ account, originIds }) {
      const changed: Message[] = [];
      const touched = new Set<number>();
      for (const originId of originIds) {
        const one = find.get({ account, originId });
        if (one === undefined) continue;
        const chat = chatOf(one.message)!;
        if (chat.kind === "room") remember(originId, one.place);
        drop.run({ account, originId });
        kinds[one.kind].acked(one.ref, one.message, chat);
        changed.push(messages.get(one.message, chat));
        touched.add(chat.id);
      }
      return { messages: changed, chats: [...touched].map(chats.view) };
    },
    tried({ account, originId, now }) {
      if (tried.run({ account, originId, now }).changes === 0) return false;
      setDevice.run({ account, originId });
      setNickname.run({ account, originId });
      return true;
    },
    failed({ account, chat: jid, originId, condition, text, waiting }) {
      if (waiting && find.get({ account, originId }) === undefined) return null;
      // The server has usually acknowledged the message long before the other side's error arrives, so this searches
      // sent messages. It must be in the chat that the error came from: nobody can fail messages to others.
      const chat = chats.find({ account, jid });
      if (chat === undefined) return null;
      for (const kind of KINDS) {
        const found = kinds[kind].sent(chat, originId);
        if (found === undefined) continue;
        drop.run({ account, originId });
        kinds[kind].failed(found.ref, { condition, text }, found.message);
        return shown(chat, found.message);
      }
      return null;
    },
    again({ account, room, refused, originId }) {
      const chat = chats.find({ account, jid: room });
      if (chat?.kind !== "room") return null;
      for (const kind of KINDS) {
        const found = kinds[kind].sent(chat, refused);
        if (found === undefined) continue;
        const at = find.get({ account, originId: refused })?.place ?? places.get(refused) ?? null;
        drop.run({ account, originId: refused });
        return queueAgain(chat, { ...found, kind, originId }, at);
      }
      return null;
    },
    retry({ account, id, originId }) {
      const chat = chatOf(id);
      if (chat?.account !== account) return null;
      for (const kind of KINDS) {
        const ref = kinds[kind].refused(id);
        if (ref !== undefined) return queueAgain(chat, { ref, message: id, kind, originId });
      }
      return null;
    },
    discard({ account, id }) {
      const chat = chatOf(id);
      if (chat?.account !== account || place.get({ id })?.delivery !== "failed") return null;
      sent.remove(chat, id);
      return { chat: chats.view(chat.id) };
    },
  };
}
