/**
 * Finds the stored message that a new one repeats: by archive id, origin-id (XEP-0359), or `id` attribute and text. In
 * a room only one of the same author, because everybody there knows all ids.
 */
import type { Encryption, ReadingProblem } from "../../../shared/model/encryption.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { SharedFile } from "../../model/file.ts";
import type { StoredProtection } from "../../model/message.ts";
import type { Reads } from "../contract/index.ts";
import type { FilesTable } from "../files/files.ts";
import { arrivals, type Arrival } from "./arrivals.ts";
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
  files: readonly SharedFile[];
  sentAt: number;
  originId: string | null;
  messageId: string | null;
  archiveId: string | null;
  protection: StoredProtection;
  /** In the chat with ourselves, whose archive contains our messages twice. */
  toSelf?: true;
  /** A private message of a room: each of our devices there gets a copy, and our archive may keep them all. */
  isPrivate?: true;
  /** Only in a room: the author, null for the room itself; and whether it is the reflection of ours. */
  room?: { writer: Writer | null; own: boolean };
}

export interface Found {
  /**
   * The archive gave new ids to its messages, or there is none: then a message without any id of its own is
   * recognized by its sender, text and time.
   */
  renamed?: boolean;
  /** It arrived on the stream, which delivers nothing twice. */
  arrival?: Arrival;
  /** Rows that other messages of the same page have matched: each row is one message of the archive. */
  taken?: ReadonlySet<number>;
}

export interface Repetitions {
  find(chatId: number, of: Candidate, more?: Found): Known | undefined;
  /** A message that came from the stream is stored as this row. */
  inserted(id: number, of: Candidate, arrival: Arrival): void;
  /** A new stream begins. */
  begin(account: AccountId): void;
  /** Stores the archive id of a known message: catching up starts from there. */
  learn(known: Known, archiveId: string): void;
  /** Gives an unreadable message the text and files of a readable copy. @returns true if it is readable now */
  repair(known: Known, of: Candidate): boolean;
  known: Reads["messages.known"];
}

/** Maximum difference between the clocks, ms. */
const NEAR = 60_000;
const COLUMNS =
  "id, position, outgoing, local, delivery, archive_id, sender, nickname, occupant_id, real_jid, body, encryption, device, problem, sent_at, edited_at, retracted_at";

/** Two encrypted copies, one of which is unreadable: their texts cannot be compared. */
function mayBeSame(known: Known, { protection }: Candidate): boolean {
  if (protection.kind !== "omemo" || known.encryption !== "omemo") return false;
  if (protection.problem === null && known.problem === null) return false;
  return protection.device === null || known.device === null || protection.device === known.device;
}

/** Its text has been changed, so that only the time identifies it. */
const wasAmended = (known: Known, { sentAt }: Candidate): boolean =>
  (known.edited_at !== null || known.retracted_at !== null) && Math.abs(known.sent_at - sentAt) < NEAR;

/** If both are known they must be equal. */
const agree = (one: string | null, other: string | null): boolean => one === null || other === null || one === other;

function isSameWriter(known: Known, { writer, own }: NonNullable<Candidate["room"]>): boolean {
  const { nickname = null, occupantId = null, jid = null } = writer ?? {};
  if ((known.outgoing === 1) !== own) return false;
  // Our own message is stored without an occupant id, and the room may have given us another nickname.
  if (own) return agree(known.occupant_id, occupantId);
  return known.nickname === nickname && known.occupant_id === occupantId && agree(known.real_jid, jid);
}

/** Its id is unique by itself, or the archive may hold it several times, so that archive ids distinguish nothing. */
const hasCopies = ({ originId, toSelf, isPrivate }: Candidate): boolean =>
  originId !== null || toSelf === true || isPrivate === true;

/** The token is the same, and so is the sender. @param areSame compares their texts and files */
function isSame(known: Known, of: Candidate, renamed: boolean, areSame: () => boolean): boolean {
  const { originId, archiveId, room } = of;
  if (room !== undefined) {
    if (!isSameWriter(known, room)) return false;
    // The ids that we give are unique.
    if (room.own && known.local === 1) return true;
  }
  // The archive distinguishes messages to which a client that counts from 1 gives the same id and text.
  if (!hasCopies(of) && !renamed && !agree(known.archive_id, archiveId)) return false;
  // An origin-id is unique (XEP-0359 §2); an `id` attribute only within a stream (RFC 6120 §8.1.3), and some clients
  // count from 1. So the `id` identifies a repetition only together with the text.
  return originId !== null || areSame() || wasAmended(known, of) || mayBeSame(known, of);
}

/** Only the order of the stream may distinguish it from another message with the same id and text. */
const isOrdered = ({ originId, archiveId, isPrivate }: Candidate): boolean =>
  originId === null && (archiveId === null || isPrivate === true);

export function repetitions(
  connection: Connection,
  { chats, files }: { chats: ChatsTable; files: FilesTable },
): Repetitions {
  const { rows, column, command } = connection;
  // One query, because it is made for each message, and mostly finds nothing.
  const byEitherId = rows<Known>(
    `SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND archive_id = ?
     UNION ALL SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND token = ?`,
  );
  const byArchiveId = column<number>("SELECT 1 FROM messages WHERE chat_id = ? AND archive_id = ?");
  const nearby = rows<Known>(
    `SELECT ${COLUMNS} FROM messages WHERE chat_id = ? AND position BETWEEN ? AND ? AND sender = ? AND body = ? ORDER BY position`,
  );
  const setArchiveId = command("UPDATE OR IGNORE messages SET archive_id = ? WHERE id = ?");
  const setText = command("UPDATE messages SET body = ?, device = ?, trust = ?, problem = NULL WHERE id = ?");
  /** Rows that got a new archive id: each stands for one message of the changed archive only. */
  const renamed = new Set<number>();
  const streams = arrivals();

  const hasSameContent = (known: Known, of: Candidate): boolean =>
    known.body === of.body && files.areSame(known.id, of.files);

  /** Chooses the matching row if only the order distinguishes them. */
  function choose(rows: Known[], of: Candidate, arrival?: Arrival): Known | undefined {
    const { sentAt, protection } = of;
    // An encrypted message is sent again if it could not be read.
    const isClear = arrival === undefined || !isOrdered(of) || protection.kind === "omemo";
    return isClear ? rows[0] : streams.match(rows, sentAt, arrival);
  }

  function byIds(chatId: number, of: Candidate, { renamed: changed = false, arrival, taken }: Found = {}) {
    const { from, originId, messageId, archiveId } = of;
    const token = originId ?? messageId;
    const held = byEitherId.all(chatId, archiveId, chatId, token);
    const named = archiveId === null ? undefined : held.find((known) => known.archive_id === archiveId);
    if (named !== undefined || token === null) return named;
    const isFree = (known: Known): boolean => hasCopies(of) || taken?.has(known.id) !== true;
    const same = held.filter(
      (known) => known.sender === from && isFree(known) && isSame(known, of, changed, () => hasSameContent(known, of)),
    );
    return choose(same, of, arrival);
  }

  return {
    find(chatId, of, more = {}) {
      const known = byIds(chatId, of, more);
      if (known !== undefined || more.renamed !== true || (of.originId ?? of.messageId) !== null) return known;
      const same = nearby
        .all(chatId, byTime(of.sentAt - NEAR), byTime(of.sentAt + NEAR), of.from, of.body)
        .filter(
          (one) =>
            !renamed.has(one.id) &&
            more.taken?.has(one.id) !== true &&
            (of.room === undefined || isSameWriter(one, of.room)) &&
            files.areSame(one.id, of.files),
        );
      return choose(same, of, more.arrival);
    },
    inserted(id, of, arrival) {
      if (isOrdered(of)) streams.stored(id, of.sentAt, arrival);
    },
    begin: streams.begin,
    learn(known, archiveId) {
      if (known.archive_id === archiveId) return;
      if (known.archive_id !== null) renamed.add(known.id);
      setArchiveId.run(archiveId, known.id);
    },
    repair(known, { from, body, files: shared, protection }) {
      // Plaintext under the id of an encrypted message is never a copy of it.
      if (
        known.encryption !== "omemo" ||
        known.problem === null ||
        protection.kind !== "omemo" ||
        protection.problem !== null ||
        known.sender !== from
      )
        return false;
      setText.run(body, protection.device, protection.trust, known.id);
      files.set(known.id, shared);
      known.problem = null;
      return true;
    },
    known: ({ account, of }) =>
      of.map(({ conversation: { jid, kind }, author, ids }) => {
        const chat = chats.find({ account, jid });
        if (chat === undefined) return null;
        if (ids.archiveId !== null && byArchiveId.get(chat.id, ids.archiveId) !== undefined) return "archive-id";
        // The caller has not decrypted it yet.
        const unread: StoredProtection = { kind: "omemo", device: null, trust: null, problem: "not-for-this-device" };
        const found = byIds(chat.id, {
          ...ids,
          archiveId: null,
          from: author.address,
          body: "",
          files: [],
          sentAt: 0,
          protection: unread,
          ...(kind === "room" ? { room: { writer: author.occupant, own: author.outgoing } } : {}),
        });
        // An unreadable one does not count as known: this copy may be readable.
        return found === undefined || found.problem !== null ? null : "token";
      }),
  };
}
