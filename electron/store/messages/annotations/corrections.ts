/**
 * Incoming corrections (XEP-0308): applied to their message, kept until it arrives, or stored as a message of their
 * own.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import { readingProblem } from "../../../../shared/reading-problem.ts";
import type { SpansTable } from "../../archive/spans.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import { AUTHOR, authorOf, type AuthorRow } from "../columns.ts";
import type { IncomingText } from "../incoming.ts";
import { keepsEncryption, type AnnotationsTable, type Correction, type Verdict } from "./annotations.ts";

/** Converts a text to a correction. @param where as in `Correction`; not needed to check it */
export function asCorrection(
  { author, body, files, sentAt, originId, messageId, archiveId, protection, parts }: IncomingText,
  target: string,
  where: { place: number; live: boolean } = { place: 0, live: false },
): Correction {
  return {
    kind: "correction",
    target,
    author,
    originId,
    messageId,
    archiveId,
    sentAt,
    body,
    unstyled: parts.unstyled === true,
    files,
    protection,
    ...where,
  };
}

/** Its message is unreadable as well. */
const isSaidAlready = (verdict: Verdict): boolean => verdict.kind === "applies" && !verdict.isReadable;

/** It takes the text of another message away, and shows nothing itself. */
export const isEmptied = ({ body, files, replaces, protection }: IncomingText): boolean =>
  replaces !== undefined && body === "" && files.length === 0 && readingProblem(protection) === null;

/**
 * Applies a live correction.
 * @returns id of the changed message; `known`: it is a repetition, or waits for its message; null: it may not change
 * anything, so it is a message of its own
 */
export function receiveCorrection(
  { annotations, spans }: { annotations: AnnotationsTable; spans: SpansTable },
  chat: ChatRow,
  of: Correction,
): number | "known" | null {
  if (annotations.reflected(chat, of)) return "known";
  const verdict = annotations.judge(chat, of);
  // An unreadable correction is shown as a message with the reason, unless its message shows one already.
  if (readingProblem(of.protection) !== null) return isSaidAlready(verdict) ? "known" : null;
  const { kind } = verdict;
  if (kind === "refused") return null;
  const archive = chat.kind === "room" ? (chat.jid as BareJid) : null;
  // If nothing more is expected from the archive, showing it is better than hiding it for ever.
  if (kind === "waits" && spans.state({ account: chat.account as AccountId, archive })?.complete !== false) return null;
  return annotations.take(chat, of) ?? "known";
}

/**
 * Whether an entry of a page changes a known message, or one before it in the page, or may change one that is still to
 * come.
 * @param before the texts of the same chat before it in the page
 */
export function isCorrection(
  annotations: AnnotationsTable,
  chat: ChatRow | undefined,
  text: IncomingText & { replaces: string },
  before: readonly IncomingText[],
): boolean {
  const of = asCorrection(text, text.replaces);
  // Nothing would be left to show of it.
  if (isEmptied(text)) return true;
  if (chat !== undefined && annotations.known(chat, of) !== null) return true;
  const original = before.find((one) => one.originId === text.replaces || one.messageId === text.replaces);
  const isUnreadable = readingProblem(text.protection) !== null;
  if (original !== undefined) {
    const was = asCorrection(original, "");
    if (isUnreadable) return isSameAuthor(was.author, of.author) && readingProblem(was.protection) !== null;
    return (
      isSameAuthor(was.author, of.author) && keepsEncryption(was.protection.kind === "omemo" ? "omemo" : "none", of)
    );
  }
  if (isUnreadable) return chat !== undefined && isSaidAlready(annotations.judge(chat, of));
  return chat === undefined ? !isNobody(of.author) : annotations.judge(chat, of).kind !== "refused";
}

interface Unread extends AuthorRow {
  id: number;
  encryption: Encryption | null;
}

/**
 * Unreadable corrections that are messages of their own, because their message was unknown: archives are read newest
 * first.
 */
export interface UnreadableCorrections {
  /**
   * Their message has come from an archive, unreadable as well: they say nothing more. A copy of one that comes again
   * is left out, and a readable one still changes the message.
   * @returns ids of the messages that were removed
   */
  fold(chat: ChatRow, message: IncomingText): MessageId[];
}

export function unreadableCorrections({ rows, command }: Connection, chats: ChatsTable): UnreadableCorrections {
  const naming = rows<Unread>(
    `SELECT id, ${AUTHOR}, encryption FROM messages WHERE chat_id = ? AND replaces = ?
       AND problem IS NOT NULL AND retracted_at IS NULL AND amending IS NULL AND reacted = 0`,
  );
  const drop = command("DELETE FROM messages WHERE id = ?");

  return {
    fold(chat, { author, originId, messageId, protection }) {
      const keeps = (one: Unread): boolean => protection.kind !== "omemo" || one.encryption === "omemo";
      const removed = [originId, messageId]
        .flatMap((name) => (name === null ? [] : naming.all(chat.id, name)))
        .filter((one) => keeps(one) && isSameAuthor(authorOf(one), author) && drop.run(one.id).changes > 0)
        .map(({ id }) => id as MessageId);
      for (const id of removed) chats.removed(chats.byId(chat.id)!, id);
      if (removed.length > 0) chats.recount(chat.id);
      return removed;
    },
  };
}
