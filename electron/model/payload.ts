/** What a message says. The optional parts of a text end here, and only here. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { UnreadableReason } from "../../shared/model/encryption.ts";

/** `target`: the id by which the author knows the message that is meant; in a room the room's own, where it has one. */
export type Payload =
  | Text
  /** That it came is kept, and nothing of what it seems to say. */
  | { kind: "unreadable"; reason: UnreadableReason }
  /** The archive has this in the place of a message that was removed (XEP-0424 §4, XEP-0425 §5). */
  | { kind: "tombstone" }
  | Change
  /** It arrived (XEP-0184). */
  | { kind: "receipt"; target: string }
  /** All up to this one were displayed (XEP-0333). */
  | { kind: "displayed"; target: string }
  | Invitation
  /** A message of ours came back (RFC 6120 §8.3). `target`: its `id` attribute. */
  | { kind: "error"; target: string; condition: string; text: string };

/** Into a room (XEP-0045 §7.8.2, XEP-0249). */
export interface Invitation {
  kind: "invitation";
  room: BareJid;
  /** Who invites. `direct`: they say so themselves; else only the room knows whether it is true. */
  from: Jid;
  direct: boolean;
  reason: string;
}

export interface Text {
  kind: "text";
  /** Of an encrypted message the words for clients that cannot decrypt, perhaps none, until it is decrypted. */
  body: string;
  /** It corrects its author's message with this id (XEP-0308). */
  replaces?: string;
  /** It refers to us (XEP-0372), or names us where we are known by a nickname. */
  mentionsUs?: true;
}

/** What changes an earlier message, other than a new text. */
export type Change =
  | { kind: "retraction"; target: string }
  /** Only the room itself moderates. `by`: nickname of the moderator; null: unknown. */
  | { kind: "moderation"; target: string; by: string | null; reason: string }
  | Reaction;

/** All reactions that its author has to a message from now on (XEP-0444). */
export interface Reaction {
  kind: "reaction";
  target: string;
  /** Each once; empty: all are taken back. */
  emoji: string[];
}
