/** Our own messages: stored at once, and later sent, refused, sent again or discarded. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Draft } from "../../model/outbound.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { RoomsTable } from "../rooms/rooms.ts";
import type { ReactionsTable } from "./annotations/reactions.ts";
import type { MessagesTable } from "./messages.ts";
import { asShared, type OutgoingFilesTable } from "./outgoing-files.ts";
import { outboxRows, type OutboxKind, type Queued, type QueueOf } from "./outbox-rows.ts";
import type { Placing } from "./position.ts";

export interface OwnMessages extends OutboxKind {
  write(draft: Extract<Draft, { kind: "text" }>, of: QueueOf): Queued;
  /** Removes a message with everything that belongs to it. */
  remove(chat: ChatRow, id: number): void;
}

export function ownMessages(
  connection: Connection,
  {
    chats,
    messages,
    outgoing,
    place,
    reactions,
    rooms,
  }: {
    chats: ChatsTable;
    messages: MessagesTable;
    outgoing: OutgoingFilesTable;
    place: Placing;
    reactions: ReactionsTable;
    rooms: RoomsTable;
  },
): OwnMessages {
  const { column, command } = connection;
  const waiting = outboxRows(connection);
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = $account");
  const byToken = column<number>(
    `SELECT id FROM messages WHERE chat_id = $chat AND token = $originId AND outgoing = 1 AND delivery IN ('pending', 'sent', 'failed')`,
  );
  const setSent = command(
    "UPDATE messages SET delivery = 'sent', failure_condition = NULL, failure_text = NULL WHERE id = $id",
  );
  const setFailed = command(
    `UPDATE messages SET delivery = 'failed', failure_condition = $condition, failure_text = $text,
       amending = NULL, amending_condition = NULL, amending_text = NULL WHERE id = $id`,
  );
  const setPending = command(
    `UPDATE messages SET delivery = 'pending', failure_condition = NULL, failure_text = NULL,
       token = $originId, stanza_id = NULL, archive_id = NULL, device = NULL WHERE id = $id`,
  );
  const failedId = column<number>("SELECT id FROM messages WHERE id = $id AND delivery = 'failed'");
  const isCorrected = column<number>("SELECT 1 FROM amendments WHERE message_id = $id AND archive_id IS NOT NULL");
  const setUnedited = command("UPDATE messages SET edited_at = NULL WHERE id = $id");
  const dropAmendments = command("DELETE FROM amendments WHERE message_id = $id");
  const drop = command("DELETE FROM messages WHERE id = $id");

  return {
    write(
      { conversation: { jid, kind }, for: addressee, body, encryption, uploads = [], kind: _, ...parts },
      { account, originId, now },
    ) {
      const chat = chats.ensure({ account, jid }, now, kind);
      const own = ownJid.get({ account }) as BareJid;
      const inRoom = chat.kind === "room";
      const { id } = messages.insert(
        chat,
        {
          author: {
            outgoing: true,
            address: inRoom ? (jid as BareJid) : own,
            occupant: inRoom
              ? { nickname: rooms.find(account, jid)?.nickname ?? "", occupantId: null, jid: own }
              : addressee,
            occupancy: null,
          },
          local: true,
          body,
          files: uploads.map(asShared),
          parts,
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
        chat.kind === "private" ? place.ownPrivate(chat, now) : place.atEnd(chat, now),
      );
      outgoing.add(id, uploads);
      // From now on only the user turns encryption off: an empty or withheld device list does not.
      if (encryption === "omemo" && chat.encryption === null) chats.setEncryption({ account, jid, encryption });
      return { chat, message: id, ref: id };
    },
    remove(chat, id) {
      waiting.dropAll(id);
      dropAmendments.run({ id });
      reactions.drop(id);
      drop.run({ id });
      chats.removed(chat, id);
    },
    sent(chat, originId) {
      const id = byToken.get({ chat: chat.id, originId });
      return id === undefined ? undefined : { ref: id, message: id };
    },
    acked: (id) => void setSent.run({ id }),
    failed(id, { condition, text }) {
      waiting.dropAll(id);
      setFailed.run({ id, condition, text });
      // Nobody has the message that was corrected: what is sent again is its last text.
      if (isCorrected.get({ id }) !== undefined) return;
      dropAmendments.run({ id });
      setUnedited.run({ id });
    },
    renew: (id, originId) => void setPending.run({ id, originId }),
    refused: (id) => failedId.get({ id }),
  };
}
