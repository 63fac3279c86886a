/**
 * The columns of `messages`, and their conversion from and to authors and protection. Some names are older than those
 * in the code, because they are on users' disks: `stay` holds the occupancy, `amending` the pending change, `stanza_id`
 * the `id` attribute.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type {
  DecryptionProblem,
  Encryption,
  Protection,
  ReadingProblem,
  Trust,
  UnreadableReason,
} from "../../../shared/model/encryption.ts";
import type { Delivery, TextParts } from "../../../shared/model/message.ts";
import type { Writer } from "../../../shared/model/room.ts";
import { readingProblem } from "../../../shared/reading-problem.ts";
import type { Author } from "../../model/message.ts";
import type { Connection } from "../engine/connection.ts";

export interface MessageRow {
  id: number;
  position: number;
  outgoing: number;
  sender: string;
  nickname: string | null;
  occupant_id: string | null;
  real_jid: string | null;
  mentions_us: number;
  unstyled: number;
  body: string;
  sent_at: number;
  delivery: Delivery | null;
  failure_condition: string | null;
  failure_text: string | null;
  encryption: Encryption | null;
  device: number | null;
  trust: Trust | null;
  problem: ReadingProblem | null;
  /** The name of the encryption, if the problem is that we do not support it. */
  method: string | null;
  /** The id of the message that an unreadable one corrects. */
  replaces: string | null;
  /** It is plaintext, or was removed by plaintext, although the chat was encrypted. */
  unexpected: number;
  edited_at: number | null;
  retracted_at: number | null;
  moderated: number;
  retracted_by: string | null;
  retracted_reason: string | null;
  amending: "correction" | "retraction" | null;
  amending_condition: string | null;
  amending_text: string | null;
  reacted: number;
  /** By the user, on this device. */
  starred: number;
  token: string | null;
  archive_id: string | null;
}

/** The stored parts of a text: a new one is added here, with a migration. */
const PARTS = ["mentions_us", "unstyled"] as const;
export type PartsRow = Pick<MessageRow, (typeof PARTS)[number]>;
export const partColumns = ({ mentionsUs = false, unstyled = false }: Partial<TextParts>): PartsRow => ({
  mentions_us: flag(mentionsUs),
  unstyled: flag(unstyled),
});
export const partsOf = (row: PartsRow): TextParts => ({
  mentionsUs: row.mentions_us === 1,
  unstyled: row.unstyled === 1,
});
/** The parts that the text has. */
export const setPartsOf = (row: PartsRow): Partial<TextParts> =>
  Object.fromEntries(Object.entries(partsOf(row)).filter(([, value]) => value !== false && value !== null));
/** Their columns in SQL. @param table the name of `messages` in the query */
export const partsIn = (table: string): string => PARTS.map((name) => `${table}.${name}`).join(", ");

/** The columns that are needed to show a message. */
export const MESSAGE_COLUMNS = `${PARTS.join(", ")}, id, position, outgoing, sender, nickname, occupant_id, real_jid, body, sent_at, delivery, failure_condition, failure_text, encryption, device, trust, problem, method, replaces, unexpected, edited_at, retracted_at, moderated, retracted_by, retracted_reason, amending, amending_condition, amending_text, reacted, starred, token, archive_id`;

/** Every column that a new row sets. */
const INSERTED = [
  "chat_id",
  "position",
  "outgoing",
  "local",
  "sender",
  "nickname",
  "occupant_id",
  "real_jid",
  "stay",
  ...PARTS,
  "body",
  "sent_at",
  "delivery",
  "unread",
  "markable",
  "token",
  "stanza_id",
  "archive_id",
  "encryption",
  "device",
  "trust",
  "problem",
  "method",
  "replaces",
  "unexpected",
  "retracted_at",
] as const;
/** They begin empty, except in a message of a backup. */
const LATER = [
  "failure_condition",
  "failure_text",
  "edited_at",
  "moderated",
  "retracted_by",
  "retracted_reason",
  "starred",
] as const;

export const messageInsertion = (connection: Connection) => connection.insert("INSERT INTO messages", INSERTED);
/** Ignores a message that exists already. */
export const messageRestoration = (connection: Connection) =>
  connection.insert("INSERT OR IGNORE INTO messages", [...INSERTED, ...LATER]);

export const flag = (is: boolean): 0 | 1 => (is ? 1 : 0);

export const writerColumns = (writer: Writer | null) => ({
  nickname: writer?.nickname ?? null,
  occupant_id: writer?.occupantId ?? null,
  real_jid: writer?.jid ?? null,
});
export const writerOf = ({
  nickname,
  occupant_id,
  real_jid,
}: Pick<MessageRow, "nickname" | "occupant_id" | "real_jid">): Writer | null =>
  nickname === null ? null : { nickname, occupantId: occupant_id, jid: real_jid as BareJid | null };

/** The columns of an author, in `amendments` and `reactions`. */
export const AUTHOR_COLUMNS = ["outgoing", "sender", "nickname", "occupant_id", "real_jid", "stay"] as const;
export const AUTHOR = AUTHOR_COLUMNS.join(", ");

/** The author of a message or change. */
export const authorColumns = ({ outgoing, address, occupant, occupancy }: Author) => ({
  outgoing: flag(outgoing),
  sender: address,
  ...writerColumns(occupant),
  stay: occupancy,
});
export type AuthorRow = Pick<MessageRow, "outgoing" | "sender" | "nickname" | "occupant_id" | "real_jid"> & {
  stay: string | null;
};
export const authorOf = ({ outgoing, sender, stay, ...row }: AuthorRow): Author => ({
  outgoing: outgoing === 1,
  address: sender as BareJid,
  occupant: writerOf(row),
  occupancy: stay,
});

/** How a text was encrypted. */
export const omemoColumns = (how: Pick<Protection, "kind"> | null) => {
  const omemo = how?.kind === "omemo" ? (how as Extract<Protection, { kind: "omemo" }>) : null;
  return {
    encryption: omemo === null ? null : ("omemo" as const),
    device: omemo?.device ?? null,
    trust: omemo?.trust ?? null,
  };
};
export function protectionColumns(how: Protection) {
  const { encryption, device, trust } = omemoColumns(how);
  return {
    encryption,
    device,
    trust,
    problem: readingProblem(how),
    method: how.kind === "unreadable" ? (how.method ?? null) : null,
    unexpected: flag(how.kind === "none" && how.unexpected),
  };
}
export function protectionOf({ encryption, device, trust, problem, method, unexpected }: MessageRow): Protection {
  if (encryption === "omemo") return { kind: "omemo", device, trust, problem: problem as DecryptionProblem | null };
  return problem === null
    ? { kind: "none", unexpected: unexpected === 1 }
    : { kind: "unreadable", reason: problem as UnreadableReason, ...(method === null ? {} : { method }) };
}
