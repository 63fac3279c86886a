/** Why a message has no text to show. Has no runtime imports, so that the window can use it. */
import type { Protection, ReadingProblem } from "./model/encryption.ts";

/** Null: the message is readable. */
export function readingProblem(protection: Protection | { kind: "none" }): ReadingProblem | null {
  if (protection.kind === "unreadable") return protection.reason;
  return protection.kind === "omemo" ? protection.problem : null;
}
