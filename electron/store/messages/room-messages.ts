/**
 * Messages of rooms (XEP-0045 §7.4): taken in once, whoever sends them again. The room sends ours back to us: that it
 * is there is all that we ever hear of its delivery.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { AmendmentsTable } from "./annotations/amendments.ts";
import type { ChatRow, ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import { asCorrection, receiveCorrection } from "./annotations/corrections.ts";
import type { Reads, StoredRoomMessage, Writes } from "../contract/index.ts";
import type { MessagesTable } from "./messages.ts";
import type { Placing } from "./position.ts";
import type { ReadStateTable } from "./annotations/read-state.ts";
import type { Candidate, Known, Repetitions } from "./repeated.ts";
import type { SpansTable } from "../archive/spans.ts";

interface Tables {
  amendments: AmendmentsTable;
  chats: ChatsTable;
  messages: MessagesTable;
  place: Placing;
  readState: ReadStateTable;
  repeated: Repetitions;
  spans: SpansTable;
}

export interface RoomMessages {
  receive: Writes["room.receive"];
  lastAt: Reads["room.lastAt"];
  /** Ours came back: it is delivered, and says as whom. @returns false when that was known, or it is not ours */
  reflected(chat: ChatRow, known: Known, of: Candidate): boolean;
}

/** What tells a room's message from others. */
export function roomCandidate(message: StoredRoomMessage, sentAt: number, archiveId: string | null) {
  const { room, writer, own, body, originId, messageId, protection, stay = null } = message;
  return { from: room, body, sentAt, originId, messageId, archiveId, protection, room: { writer, own }, stay };
}

export function roomMessages(
  { column, command }: Connection,
  { amendments, chats, messages, place, readState, repeated, spans }: Tables,
): RoomMessages {
  // What the room does not have yet says nothing of how far its history is held.
  const lastAt = column<number>(
    "SELECT sent_at FROM messages WHERE chat_id = ? AND (local = 0 OR delivery = 'delivered') ORDER BY position DESC LIMIT 1",
  );
  const setWriter = command("UPDATE messages SET nickname = ?, occupant_id = ?, real_jid = ? WHERE id = ?");

  function reflected(chat: ChatRow, known: Known, { room }: Candidate): boolean {
    if (known.outgoing === 0 || room?.own !== true || !readState.delivered(chat, known.id)) return false;
    if (room.writer !== null) setWriter.run(room.writer.nickname, room.writer.occupantId, room.writer.jid, known.id);
    return true;
  }

  return {
    reflected,
    lastAt({ account, jid }) {
      const chat = chats.find({ account, jid });
      return chat === undefined ? null : (lastAt.get(chat.id) ?? null);
    },
    receive({ account, message, sentAt, delayed, archiveId }) {
      const jid: BareJid = message.room;
      const chat = chats.ensure({ account, jid }, sentAt, "room");
      const archive = { account, archive: jid };
      const of = roomCandidate(message, sentAt, archiveId);
      const known = repeated.find(chat.id, of, delayed && archiveId === null);
      if (known !== undefined) {
        if (archiveId !== null) {
          repeated.learn(known, archiveId);
          spans.extend(archive, archiveId, known.position);
        }
        // Another copy of what could not be read, and this one can be.
        const repaired = repeated.repair(known, of);
        const isAmended = amendments.arrived(chat, known.id, { token: null, messageId: null, archiveId });
        if (!reflected(chat, known, of) && !repaired && !isAmended) return { duplicate: true };
        return {
          duplicate: false,
          amended: isAmended,
          message: messages.get(known.id, chat),
          chat: chats.view(chat.id),
        };
      }
      const { writer, own, mentionsUs, replaces, stay = null } = message;
      if (replaces !== undefined) {
        const done = receiveCorrection(
          { amendments, chats, spans },
          chat,
          asCorrection(of, own, replaces, { place: spans.end(account, jid), live: true }),
          (id) => messages.get(id, chat),
        );
        if (done !== null) return done;
      }
      const position = delayed ? place.delayed(chat, sentAt, jid, archiveId !== null) : place.live(chat, sentAt, jid);
      // What was there before we ever were counts as read.
      const history = delayed && sentAt < chat.made_at;
      const delivery = own ? ("delivered" as const) : null;
      const stored = messages.insert(
        chat,
        {
          ...of,
          outgoing: own,
          local: false,
          sender: jid,
          writer,
          mentionsUs,
          delivery,
          unread: !own && !history,
          markable: false,
          stay,
        },
        position,
        !history,
      );
      if (archiveId !== null && delayed) spans.delayed(archive, position);
      if (archiveId !== null) spans.extend(archive, archiveId, position);
      return { duplicate: false, amended: false, message: stored, chat: chats.view(chat.id) };
    },
  };
}
