/**
 * Which stored message a new one repeats: by its archive id, its origin-id (XEP-0359), or its stanza id and text. In a
 * room only one of the same writer, for everybody there knows everybody's ids.
 */
import type { Encryption, ReadingProblem } from "../../../shared/model/encryption.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { StoredProtection } from "../../model/message.ts";
import type { Reads } from "../contract/index.ts";
import { messageLookup } from "./lookup.ts";
import { byTime } from "./position.ts";

export interface Known {
  id: number;
  position: number;
  outgoing: number;
  local: number;
  delivery: string | null;
  archive_id: string | null;
  sender: string;
  nickname: string | null;
  occupant_id: string | null;
  real_jid: string | null;
  body: string;
  encryption: Encryption | null;
  device: number | null;
  problem: ReadingProblem | null;
  sent_at: number;
  edited_at: number | null;
  retracted_at: number | null;
}

export interface Candidate {
  from: string;
  body: string;
  sentAt: number;
  originId: string | null;
  messageId: string | null;
  archiveId: string | null;
  protection: StoredProtection;
  /** Only in a room: who wrote it, or null: the room itself; and whether it is ours that comes back. */
  room?: { writer: Writer | null; own: boolean };
}

export interface Repetitions {
  /**
   * @param renamed its archive gave new names to what it held, or has none: then a message without any id of its own is
   *   known by its sender, text and time
   */
  find(chatId: number, of: Candidate, renamed?: boolean): Known | undefined;
  /** Keeps the name that the archive gives a known message: catching up starts from there. */
  learn(known: Known, archiveId: string): void;
  /** What could not be decrypted gets the text of a copy that could. @returns true: it can be read now */
  repair(known: Known, of: Candidate): boolean;
  known: Reads["messages.known"];
}

/** How far the clocks may be apart, ms. */
const NEAR = 60_000;
const COLUMNS =
  "id, position, outgoing, local, delivery, archive_id, sender, nickname, occupant_id, real_jid, body, encryption, device, problem, sent_at, edited_at, retracted_at";

/** Two encrypted copies of which one cannot be read: their texts tell nothing. */
function mayBeSame(known: Known, { protection }: Candidate): boolean {
  if (protection.kind !== "omemo" || known.encryption !== "omemo") return false;
  if (protection.problem === null && known.problem === null) return false;
  return protection.device === null || known.device === null || protection.device === known.device;
}

/** Its text is another one now, so that only its time tells. */
const wasAmended = (known: Known, { sentAt }: Candidate): boolean =>
  (known.edited_at !== null || known.retracted_at !== null) && Math.abs(known.sent_at - sentAt) < NEAR;

/** Two that are both known must be the same. */
const agree = (one: string | null, other: string | null): boolean => one === null || other === null || one === other;

function isSameWriter(known: Known, { writer, own }: NonNullable<Candidate["room"]>): boolean {
  const { nickname = null, occupantId = null, jid = null } = writer ?? {};
  if ((known.outgoing === 1) !== own) return false;
  // What we wrote here does not know yet as whom: we may have got another nickname than we asked for.
  if (own) return agree(known.occupant_id, occupantId);
  return known.nickname === nickname && known.occupant_id === occupantId && agree(known.real_jid, jid);
}

/** The token is the same, and so is the sender. */
function isSame(known: Known, of: Candidate, renamed: boolean): boolean {
  const { originId, body, archiveId, room } = of;
  if (room !== undefined) {
    if (!isSameWriter(known, room)) return false;
    // The ids that we give are unique by themselves.
    if (room.own && known.local === 1) return true;
    // Here the archive tells messages apart that a client, which counts from 1, gives the same id and text.
    if (originId === null && !renamed && !agree(known.archive_id, archiveId)) return false;
  }
  // An origin-id is unique by itself (XEP-0359 §2); a stanza id need be so only within a stream (RFC 6120
  // §8.1.3), and clients that count from 1 exist. So the bare id tells a repetition only of the same text.
  return originId !== null || known.body === body || wasAmended(known, of) || mayBeSame(known, of);
}

export function repetitions(connection: Connection, chats: ChatsTable): Repetitions {
  const { rows, command } = connection;
  const held = messageLookup<Known>(connection, COLUMNS);
  const nearby = rows<Known>(
    `SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND position BETWEEN ? AND ? AND sender = ? AND body = ? ORDER BY position`,
  );
  const setArchiveId = command("UPDATE OR IGNORE messages SET archive_id = ? WHERE id = ?");
  const setText = command("UPDATE messages SET body = ?, device = ?, trust = ?, problem = NULL WHERE id = ?");
  /** Rows that got a new name: each stands for one message of the changed archive only. */
  const renamed = new Set<number>();

  function byIds(chatId: number, of: Candidate, changed = false): Known | undefined {
    const { from, originId, messageId, archiveId } = of;
    const named = archiveId === null ? undefined : held.byArchiveId(chatId, archiveId);
    if (named !== undefined) return named;
    const token = originId ?? messageId;
    if (token === null) return undefined;
    return held.byToken(chatId, token).find((known) => known.sender === from && isSame(known, of, changed));
  }

  return {
    find(chatId, of, changed = false) {
      const known = byIds(chatId, of, changed);
      if (known !== undefined || !changed || (of.originId ?? of.messageId) !== null) return known;
      return nearby
        .all(chatId, byTime(of.sentAt - NEAR), byTime(of.sentAt + NEAR), of.from, of.body)
        .find((one) => !renamed.has(one.id) && (of.room === undefined || isSameWriter(one, of.room)));
    },
    learn(known, archiveId) {
      if (known.archive_id === archiveId) return;
      if (known.archive_id !== null) renamed.add(known.id);
      setArchiveId.run(archiveId, known.id);
    },
    repair(known, { from, body, protection }) {
      // Plaintext under the id of an encrypted message is no copy of it, whoever made it.
      if (
        known.encryption !== "omemo" ||
        known.problem === null ||
        protection.kind !== "omemo" ||
        protection.problem !== null ||
        known.sender !== from
      )
        return false;
      setText.run(body, protection.device, protection.trust, known.id);
      known.problem = null;
      return true;
    },
    known: ({ account, of }) =>
      of.map(({ conversation: { jid, kind }, author, ids }) => {
        const chat = chats.find({ account, jid });
        if (chat === undefined) return null;
        if (ids.archiveId !== null && held.byArchiveId(chat.id, ids.archiveId) !== undefined) return "archive-id";
        // Whoever asks has not decrypted it yet.
        const unread: StoredProtection = { kind: "omemo", device: null, trust: null, problem: "not-for-this-device" };
        const found = byIds(chat.id, {
          ...ids,
          archiveId: null,
          from: author.address,
          body: "",
          sentAt: 0,
          protection: unread,
          ...(kind === "room" ? { room: { writer: author.occupant, own: author.outgoing } } : {}),
        });
        // What could not be read is not had: this copy may be one that can be.
        return found === undefined || found.problem !== null ? null : "token";
      }),
  };
}
