/** A part of an archive page (XEP-0313) on its way into the store, and the range of positions that it belongs to. */
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Conversation } from "../../model/conversation.ts";
import type { Decrypted } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import type { Attached, Reacted, Removal } from "../messages/annotations/changes.ts";
import type { IncomingText } from "../messages/incoming.ts";

export interface Entry {
  archiveId: string;
  /** When it was written, ms, but not after now. */
  stamp: number;
  /** The unchanged time of the archive, for queries. */
  archivedAt: number;
  text: IncomingText | null;
  /** A receipt, marker or error about another message. */
  said: (Decrypted & { payload: Extract<Payload, { kind: "receipt" | "displayed" | "error" }> }) | null;
  /** It is an invitation. */
  invites?: true;
  /** A change of another message, except a correction. */
  change?: Conversation & { of: Removal | Attached | Reacted };
}

export interface Part {
  account: AccountId;
  /** Oldest first. */
  entries: readonly Entry[];
  archiveChanged: boolean;
  /** Entries from this index on are new, even if nothing older is known. */
  newFrom: number;
}

/** The range of positions for the part; both ends exclusive. */
export interface Region {
  low: number;
  high: number;
  /** Entries after a known live message above this position are still on their way to us. */
  live: number;
  /**
   * Above this position times do not count: known messages have gaps between them, and stamps do not say which entries
   * belong there.
   */
  dense: number;
  /** Older than everything this device ever had, so it counts as read. */
  history: boolean;
  /** The part may belong anywhere: only what is known of it shows where. What came after this position is newer. */
  end?: number;
}
