/**
 * What waits to be sent, and what became of it. A row leaves the outbox when the server acknowledged it
 * (XEP-0198 §4) or an error came back (RFC 6120 §8.3); the message itself stays.
 */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { OwnAmendments } from "./annotations/own-amendments.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { OutboundPayload } from "../../model/outbound.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { emojiIn } from "./message-view.ts";
import type { MessagesTable } from "./messages.ts";
import type { OwnReactions } from "./annotations/own-reactions.ts";
import type { Placing } from "./position.ts";
import type { ReactionsTable } from "./annotations/reactions.ts";
import type { RoomsTable } from "../rooms/rooms.ts";

interface PendingRow {
  origin_id: string;
  message_id: number;
  jid: string;
  kind: Chat["kind"];
  nickname: string | null;
  occupant_id: string | null;
  real_jid: string | null;
  body: string;
  encryption: Encryption | null;
  attempts: number;
  tried_at: number | null;
  amends: "correction" | "retraction" | null;
  archive_id: string | null;
  sent_id: string | null;
  hidden: number;
  reaction_id: number | null;
  reacts: string | null;
  reacts_to: string | null;
}

export interface OutboxTable {
  pending: Reads["outbox.pending"];
  queue: Writes["message.queue"];
  acked: Writes["outbox.acked"];
  tried: Writes["outbox.tried"];
  failed: Writes["outbox.failed"];
  retry: Writes["message.retry"];
  discard: Writes["message.discard"];
}

export function outboxTable(
  connection: Connection,
  {
    amended,
    chats,
    messages,
    place,
    reacted,
    reactions,
    rooms,
  }: {
    amended: OwnAmendments;
    chats: ChatsTable;
    messages: MessagesTable;
    place: Placing;
    reacted: OwnReactions;
    reactions: ReactionsTable;
    rooms: RoomsTable;
  },
): OutboxTable {
  const { rows, column, command } = connection;
  const pending = rows<PendingRow>(
    `SELECT o.origin_id, o.message_id, c.jid, c.kind, m.nickname, m.occupant_id, m.real_jid, iif(a.id IS NULL, m.body, coalesce(a.body, '')) AS body,
       iif(a.id IS NULL, m.encryption, a.encryption) AS encryption, o.attempts, o.tried_at, a.kind AS amends, m.archive_id,
       coalesce(m.stanza_id, m.token) AS sent_id, m.encryption IS 'omemo' OR c.encryption IS 'omemo' AS hidden,
       o.reaction_id, r.emoji AS reacts, iif(c.kind = 'room', m.archive_id, m.token) AS reacts_to
     FROM outbox o JOIN messages m ON m.id = o.message_id JOIN chats c ON c.id = m.chat_id LEFT JOIN amendments a ON a.id = o.amendment_id
       LEFT JOIN reactions r ON r.id = o.reaction_id
     WHERE o.account = ? ORDER BY o.place`,
  );
  const add = command("INSERT INTO outbox (account, origin_id, message_id) VALUES (?, ?, ?)");
  const waiting = rows<{ message_id: number; amendment_id: number | null; reaction_id: number | null }>(
    "SELECT message_id, amendment_id, reaction_id FROM outbox WHERE account = ? AND origin_id = ?",
  );
  const drop = command("DELETE FROM outbox WHERE account = ? AND origin_id = ?");
  const tried = command(
    "UPDATE outbox SET attempts = attempts + 1, tried_at = coalesce(tried_at, ?) WHERE account = ? AND origin_id = ?",
  );
  const setDevice = command(
    `UPDATE messages SET device = (SELECT device FROM omemo_own WHERE account = ?)
     WHERE id = (SELECT message_id FROM outbox WHERE account = ? AND origin_id = ? AND amendment_id IS NULL AND reaction_id IS NULL) AND encryption = 'omemo'`,
  );
  const setDelivery = command("UPDATE messages SET delivery = ?, failure_condition = ?, failure_text = ? WHERE id = ?");
  const row = rows<{ chat_id: number; delivery: string | null }>("SELECT chat_id, delivery FROM messages WHERE id = ?");
  const sentByUs = column<number>(
    `SELECT id FROM messages WHERE chat_id = ? AND token = ? AND outgoing = 1 AND delivery IN ('pending', 'sent', 'failed')`,
  );
  const rename = command(
    "UPDATE messages SET token = ?, stanza_id = NULL, archive_id = NULL, device = NULL WHERE id = ?",
  );
  const remove = command("DELETE FROM messages WHERE id = ?");
  const dropTexts = command("DELETE FROM amendments WHERE message_id = ?");
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  const messageOf = (id: number): { message: Message; chatId: number } => {
    const { chat_id: chatId } = row.get(id)!;
    return { message: messages.get(id, chats.byId(chatId)!), chatId };
  };
  /** The row and chat of a message that failed; undefined for any other. */
  function failedOne(account: string, id: MessageId) {
    const found = row.get(id);
    if (found?.delivery !== "failed") return undefined;
    const chat = chats.byId(found.chat_id);
    return chat?.account === account ? { found, chat } : undefined;
  }

  const payloadOf = (one: PendingRow): OutboundPayload => {
    const { kind, amends, archive_id: archiveId, sent_id: sentId } = one;
    if (one.reaction_id !== null)
      return { kind: "reaction", target: one.reacts_to ?? "", emoji: emojiIn(one.reacts ?? "") };
    // In a room its own id tells which message is taken back (XEP-0424 §5.1); a correction names the sender's.
    if (amends === "retraction") {
      const target = (kind === "room" ? archiveId : null) ?? sentId ?? "";
      return { kind: "retraction", target, explain: one.hidden === 0 };
    }
    return { kind: "text", body: one.body, ...(amends === null ? {} : { replaces: sentId ?? "" }) };
  };
  /** In an encrypted chat no reaction goes in the clear, also none that was chosen before it was. */
  const encryptionOf = (account: AccountId, { jid, hidden, reaction_id, encryption }: PendingRow): Encryption => {
    if (reaction_id === null) return encryption ?? "none";
    return hidden === 1 || chats.get({ account, jid: jid as Jid })?.encryption === "omemo" ? "omemo" : "none";
  };

  /** A change of ours that was refused. */
  function again(account: string, id: MessageId, originId: string) {
    const chat = chats.byId(row.get(id)?.chat_id ?? -1);
    return chat?.account === account && amended.retry(account, id, originId)
      ? { message: messageOf(id).message, chat: chats.view(chat.id) }
      : null;
  }

  return {
    pending: ({ account }) =>
      pending.all(account).map((one) => ({
        conversation: { jid: one.jid as Jid, kind: one.kind },
        originId: one.origin_id,
        payload: payloadOf(one),
        encryption: encryptionOf(account, one),
        for:
          one.kind === "private" && one.nickname !== null
            ? { nickname: one.nickname, occupantId: one.occupant_id, jid: one.real_jid as BareJid | null }
            : null,
        message: one.message_id as MessageId,
        attempts: one.attempts,
        triedAt: one.tried_at,
      })),
    queue({ account, jid, kind, occupant, body, originId, now, encryption }) {
      const chat = chats.ensure({ account, jid }, now, kind);
      const own = ownJid.get(account) as BareJid;
      const inRoom = chat.kind === "room";
      const stored = messages.insert(
        chat,
        {
          outgoing: true,
          local: true,
          sender: inRoom ? jid : own,
          writer: inRoom
            ? { nickname: rooms.find(account, jid)?.nickname ?? "", occupantId: null, jid: own }
            : (occupant ?? null),
          body,
          sentAt: now,
          delivery: "pending",
          unread: false,
          markable: false,
          originId,
          messageId: null,
          archiveId: null,
          protection:
            encryption === "omemo" ? { kind: "omemo", device: null, trust: null, problem: null } : { kind: "none" },
        },
        place.atEnd(chat, now),
      );
      add.run(account, originId, stored.id);
      // From now on only the user turns it off: a list of devices that is empty one day, or kept from us, does not.
      if (encryption === "omemo" && chat.encryption === null) chats.setEncryption({ account, jid, encryption });
      return { message: stored, chat: chats.view(chat.id) };
    },
    acked({ account, originIds }) {
      const changed: Message[] = [];
      const touched = new Set<number>();
      for (const originId of originIds) {
        const one = waiting.get(account, originId);
        if (one === undefined) continue;
        const { message_id: id } = one;
        drop.run(account, originId);
        if (one.reaction_id !== null) reacted.acked(chats.byId(row.get(id)!.chat_id)!, one.reaction_id);
        else if (one.amendment_id === null) setDelivery.run("sent", null, null, id);
        else amended.acked(id);
        const { message: sent, chatId } = messageOf(id);
        changed.push(sent);
        touched.add(chatId);
      }
      return { messages: changed, chats: [...touched].map(chats.view) };
    },
    tried({ account, originId, now }) {
      if (tried.run(now, account, originId).changes === 0) return false;
      setDevice.run(account, account, originId);
      return true;
    },
    failed(of) {
      const { account, chat: jid, originId, condition, text } = of;
      // Usually the server has acknowledged it long before the other side's error comes, so we look for the
      // message itself. It must be in the chat that the error came from: nobody can fail another's messages.
      const chat = chats.find({ account, jid });
      const id = chat === undefined ? undefined : sentByUs.get(chat.id, originId);
      const ofChange =
        chat === undefined || id !== undefined ? undefined : (amended.failed(chat, of) ?? reacted.failed(chat, of));
      if (chat !== undefined && ofChange !== undefined)
        return { message: messageOf(ofChange).message, chat: chats.view(chat.id) };
      if (chat === undefined || id === undefined) return null;
      amended.giveUp(id);
      setDelivery.run("failed", condition, text, id);
      return { message: messageOf(id).message, chat: chats.view(chat.id) };
    },
    retry({ account, id, originId }) {
      const failed = failedOne(account, id);
      if (failed === undefined) return again(account, id, originId);
      setDelivery.run("pending", null, null, id);
      rename.run(originId, id);
      add.run(account, originId, id);
      return { message: messageOf(id).message, chat: chats.view(failed.chat.id) };
    },
    discard({ account, id }) {
      const failed = failedOne(account, id);
      if (failed === undefined) return null;
      amended.giveUp(id);
      dropTexts.run(id);
      reactions.drop(id);
      remove.run(id);
      chats.removed(failed.chat, id);
      return { chat: chats.view(failed.chat.id) };
    },
  };
}
