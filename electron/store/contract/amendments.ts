/** What the store keeps of what is done to messages: corrections, retractions and moderation. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message, Version } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { Writer } from "../../../shared/model/room.ts";

/** Who says something, as far as it can be told. */
export interface Author {
  outgoing: boolean;
  /** Bare JID of the contact, of ourselves, or of the room. */
  sender: string;
  /** Only in a room, and there null for the room itself. */
  writer: Writer | null;
  /** A presence of the writer's nickname, in a room without occupant ids. */
  stay: string | null;
}

/** Something other than a new text. */
export interface StoredAmendment {
  kind: "retraction" | "moderation";
  /** The id that it names. */
  target: string;
  author: Author;
  originId: string | null;
  messageId: string | null;
  archiveId: string | null;
  sentAt: number;
  /** Nickname of the moderator, and why. */
  moderator: string | null;
  reason: string;
}

/** All reactions of somebody to a message, anew (XEP-0444). */
export interface StoredReaction extends Omit<StoredAmendment, "kind" | "moderator" | "reason"> {
  kind: "reaction";
  emoji: string[];
  /** It was held back on its way: `sentAt` is not now. */
  delayed: boolean;
}

/** What is done to a message, other than by a new text. */
export type StoredAct = StoredAmendment | StoredReaction;

export interface AmendmentReads {
  /** The texts that a message had and has, oldest first: of very many the first and the newest. */
  "message.versions": (args: { account: AccountId; id: MessageId }) => Version[];
  /** The name that the archive of its chat gives a message. Null: it has none. */
  "message.archiveId": (args: { account: AccountId; id: MessageId }) => string | null;
}

export interface AmendmentWrites {
  /** Null: nothing changed. Its message is not here yet, it was known, or it is not its author who says it. */
  "amendment.receive": (
    args: ChatKey & { inRoom: boolean; amendment: StoredAct },
  ) => { message: Message; chat: Chat } | null;
}
