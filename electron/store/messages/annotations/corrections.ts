/** A correction that comes in (XEP-0308): to its message, kept until that comes, or a message of its own. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { readingProblem } from "../../../../shared/reading-problem.ts";
import type { SpansTable } from "../../archive/spans.ts";
import type { ChatRow } from "../../chats/chats.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import type { IncomingText } from "../incoming.ts";
import { keepsEncryption, type AmendmentsTable, type Correction } from "./amendments.ts";

/** What a text would be as a correction. @param where as in `Correction`; not needed to judge it */
export function asCorrection(
  { author, body, sentAt, originId, messageId, archiveId, protection }: IncomingText,
  target: string,
  where: { place: number; live: boolean } = { place: 0, live: false },
): Correction {
  return { kind: "correction", target, author, originId, messageId, archiveId, sentAt, body, protection, ...where };
}

/**
 * One that comes live.
 * @returns id of the message that it changed; `known`: it was here, or waits for its message; null: it may change
 *   nothing, so it is a message of its own
 */
export function receiveCorrection(
  { amendments, spans }: { amendments: AmendmentsTable; spans: SpansTable },
  chat: ChatRow,
  of: Correction,
): number | "known" | null {
  if (amendments.known(chat, of) !== null) return "known";
  // What cannot be read says so in a place of its own.
  if (readingProblem(of.protection) !== null) return null;
  const { kind } = amendments.judge(chat, of);
  if (kind === "refused") return null;
  const archive = chat.kind === "room" ? (chat.jid as BareJid) : null;
  // Where nothing more is to come, it is better shown than kept from the user for ever.
  if (kind === "waits" && spans.state({ account: chat.account as AccountId, archive })?.complete !== false) return null;
  return amendments.take(chat, of) ?? "known";
}

/**
 * Whether one of a page changes what is held, or is before it in the page, or may change what is still to come.
 * @param before the texts of the same chat before it in the page
 */
export function isCorrection(
  amendments: AmendmentsTable,
  chat: ChatRow | undefined,
  text: IncomingText & { replaces: string },
  before: readonly IncomingText[],
): boolean {
  const of = asCorrection(text, text.replaces);
  if (chat !== undefined && amendments.known(chat, of) !== null) return true;
  if (readingProblem(text.protection) !== null) return false;
  const original = before.find((one) => one.originId === text.replaces || one.messageId === text.replaces);
  if (original !== undefined) {
    const was = asCorrection(original, "");
    return (
      isSameAuthor(was.author, of.author) && keepsEncryption(was.protection.kind === "omemo" ? "omemo" : "none", of)
    );
  }
  return chat === undefined ? !isNobody(of.author) : amendments.judge(chat, of).kind !== "refused";
}
