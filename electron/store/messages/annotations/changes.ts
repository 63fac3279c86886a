/** Changes of a message, except corrections, as stored. */
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

/** All reactions of one person to a message (XEP-0444). */
export interface Reacted extends Common {
  kind: "reaction";
  emoji: string[];
}
