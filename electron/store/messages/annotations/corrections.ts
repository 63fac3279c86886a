/** A correction that comes in (XEP-0308): to its message, kept until that comes, or a message of its own. */
import type { Chat } from "../../../../shared/model/chat.ts";
import { readingProblem } from "../../../../shared/reading-problem.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { Writer } from "../../../../shared/model/room.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { keepsEncryption, type AmendmentsTable, type Correction } from "./amendments.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import type { Author } from "../../contract/amendments.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Candidate } from "../repeated.ts";
import type { SpansTable } from "../../archive/spans.ts";

type Received = { duplicate: true } | { duplicate: false; amended: boolean; message: Message; chat: Chat };

/** What a candidate would be as a correction. @param where as in `Correction`; not needed to judge it */
export function asCorrection(
  of: Candidate & { stay?: string | null; occupant?: Writer; writer?: Writer | null },
  outgoing: boolean,
  target: string,
  where: { place: number; live: boolean } = { place: 0, live: false },
): Correction {
  const { from: sender, body, sentAt, originId, messageId, archiveId, protection, room, stay = null } = of;
  const author: Author = { outgoing, sender, writer: room?.writer ?? of.occupant ?? of.writer ?? null, stay };
  return { kind: "correction", target, author, originId, messageId, archiveId, sentAt, body, protection, ...where };
}

/**
 * One that comes live. @param get a message as it is now
 * @returns null: it may change nothing, so it is a message of its own
 */
export function receiveCorrection(
  { amendments, chats, spans }: { amendments: AmendmentsTable; chats: ChatsTable; spans: SpansTable },
  chat: ChatRow,
  of: Correction,
  get: (id: number) => Message,
): Received | null {
  if (amendments.known(chat, of) !== null) return { duplicate: true };
  // What cannot be read says so in a place of its own.
  if (readingProblem(of.protection) !== null) return null;
  const { kind } = amendments.judge(chat, of);
  if (kind === "refused") return null;
  const archive = chat.kind === "room" ? (chat.jid as BareJid) : null;
  // Where nothing more is to come, it is better shown than kept from the user for ever.
  if (kind === "waits" && spans.state({ account: chat.account as AccountId, archive })?.complete !== false) return null;
  const id = amendments.take(chat, of);
  return id === null
    ? { duplicate: true }
    : { duplicate: false, amended: true, message: get(id), chat: chats.view(chat.id) };
}

/** A text of a page of the archive, as far as it matters here. */
export interface PageText extends Candidate {
  outgoing: boolean;
  replaces?: string;
  stay?: string | null;
}

/**
 * Whether one of a page changes what is held, or is before it in the page, or may change what is still to come.
 * @param before the texts of the same chat before it in the page
 */
export function isCorrection(
  amendments: AmendmentsTable,
  chat: ChatRow | undefined,
  text: PageText & { replaces: string },
  before: readonly PageText[],
): boolean {
  const of = asCorrection(text, text.outgoing, text.replaces);
  if (chat !== undefined && amendments.known(chat, of) !== null) return true;
  if (readingProblem(text.protection) !== null) return false;
  const original = before.find((one) => one.originId === text.replaces || one.messageId === text.replaces);
  if (original !== undefined) {
    const was = asCorrection(original, original.outgoing, "");
    return (
      isSameAuthor(was.author, of.author) && keepsEncryption(was.protection.kind === "omemo" ? "omemo" : "none", of)
    );
  }
  return chat === undefined ? !isNobody(of.author) : amendments.judge(chat, of).kind !== "refused";
}
