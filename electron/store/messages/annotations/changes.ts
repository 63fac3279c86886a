/** What changes a message, other than a new text, as the store keeps it. */
import type { Author, MessageIds } from "../../../model/message.ts";

interface Common extends MessageIds {
  /** The id that it names. */
  target: string;
  author: Author;
  sentAt: number;
}

/** Its author retracts a message (XEP-0424), or the room removes it (XEP-0425). */
export interface Removal extends Common {
  kind: "retraction" | "moderation";
  /** Nickname of the moderator, and why. */
  moderator: string | null;
  reason: string;
}

/** All reactions of one person to a message (XEP-0444). */
export interface Reacted extends Common {
  kind: "reaction";
  emoji: string[];
  /** It was held back on its way: `sentAt` is not now. */
  delayed: boolean;
}
