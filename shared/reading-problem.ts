/** Why a message has no text to show. Imports nothing that runs, so that the window can use it. */
import type { Protection, ReadingProblem } from "./model/encryption.ts";

/** Why a message could not be read as a stanza. Each has a sentence `unreadable.<reason>` in the catalogue. */
export const unreadableReasons = [
  "too-many-attributes", // the parser builds none with so many
  "too-deep",
  "too-many-elements",
  "not-xml", // characters, entities or names that XML does not allow
  "not-handled", // handling it failed
] as const;

/** Null: it could be read. */
export function readingProblem(protection: Protection | { kind: "none" }): ReadingProblem | null {
  if (protection.kind === "unreadable") return protection.reason;
  return protection.kind === "omemo" ? protection.problem : null;
}
