/** Texts for messages that cannot be shown. */
import type { Protection, ReadingProblem, UnreadableReason } from "../../../shared/model/encryption.ts";
import { unreadableReasons } from "../../../shared/unreadable-reasons.ts";
import type { Text } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";

type Unreadable = Extract<Protection, { kind: "unreadable" }>;

const UNREADABLE: ReadonlySet<ReadingProblem> = new Set(unreadableReasons);

/** True if the message was not read; otherwise it could not be decrypted. */
export const isUnreadable = (problem: ReadingProblem): problem is UnreadableReason => UNREADABLE.has(problem);

/** The sentence shown instead of the text. */
export const problemText = (problem: ReadingProblem, t: Text): string =>
  isUnreadable(problem) ? t(`unreadable.${problem}`) : t(`decryption.${problem}`);

/**
 * The same in a conversation: with the name of an encryption that we do not support, or of the author. Others may have
 * chosen both.
 */
export function unreadableText({ reason, method }: Unreadable, author: string, t: Text): string {
  if (reason === "call") return t("unreadable.callFrom", { name: isolated(author) });
  return method === undefined ? t(`unreadable.${reason}`) : t("unreadable.encryptedWith", { method: isolated(method) });
}
