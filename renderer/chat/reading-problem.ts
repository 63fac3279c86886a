/** Why a message has no text to show, and how that is said. */
import type { Protection, ReadingProblem, UnreadableReason } from "../../shared/model/encryption.ts";
import type { Text } from "../i18n/index.ts";

const UNREADABLE: ReadonlySet<ReadingProblem> = new Set<UnreadableReason>(["too-many-attributes", "too-deep", "too-many-elements", "not-xml", "not-handled"]);

/** Null: it could be read. */
export function problemOf(protection: Protection): ReadingProblem | null {
  if (protection.kind === "unreadable") return protection.reason;
  return protection.kind === "omemo" ? protection.problem : null;
}

/** True for a message that is no readable stanza; else it could not be decrypted. */
export const isUnreadable = (problem: ReadingProblem): problem is UnreadableReason => UNREADABLE.has(problem);

/** The sentence that stands in the place of the text. */
export const problemWords = (problem: ReadingProblem, t: Text): string =>
  isUnreadable(problem) ? t(`unreadable.${problem}`) : t(`decryption.${problem}`);
