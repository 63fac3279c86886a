/** Changes of a message, except corrections, as stored. */
import type { AttachedSources } from "../../../model/file.ts";
import type { Author, MessageIds } from "../../../model/message.ts";

interface Common extends MessageIds {
  /** The id of the changed message. */
  target: string;
  author: Author;
  sentAt: number;
}

/** A retraction by the author (XEP-0424), or a removal by the room (XEP-0425). */
export interface Removal extends Common {
  kind: "retraction" | "moderation";
  /** Nickname of the moderator, and the reason. */
  moderator: string | null;
  reason: string;
}

/** Sources for the files of the message (XEP-0447 §3.3). */
export interface Attached extends Common {
  kind: "sources";
  attached: readonly AttachedSources[];
}

/** All reactions of one person to a message (XEP-0444). */
export interface Reacted extends Common {
  kind: "reaction";
  emoji: string[];
}
