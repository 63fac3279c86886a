/** How it is said why a message has no text to show. */
import type { ReadingProblem, UnreadableReason } from "../../../shared/model/encryption.ts";
import { unreadableReasons } from "../../../shared/unreadable-reasons.ts";
import type { Text } from "../../i18n/index.ts";

const UNREADABLE: ReadonlySet<ReadingProblem> = new Set(unreadableReasons);

/** True for a message that is no readable stanza; else it could not be decrypted. */
export const isUnreadable = (problem: ReadingProblem): problem is UnreadableReason => UNREADABLE.has(problem);

/** The sentence that stands in the place of the text. */
export const problemWords = (problem: ReadingProblem, t: Text): string =>
  isUnreadable(problem) ? t(`unreadable.${problem}`) : t(`decryption.${problem}`);
