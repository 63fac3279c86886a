/** The content of a message. The optional parts of a text end here, and only here. */
import type { BareJid, Jid } from "../../shared/jid.ts";
import type { UnreadableReason } from "../../shared/model/encryption.ts";
import type { ChatState } from "./chat-state.ts";
import type { AttachedSources, SharedFile } from "./file.ts";

/** `target`: the id by which the author knows the other message; in a room the room's archive id, if there is one. */
export type Payload =
  | Text
  /** Only the fact that it arrived is kept, not its apparent content. */
  | { kind: "unreadable"; reason: UnreadableReason; method?: string; replaces?: string }
  /** The archive's placeholder for a removed message (XEP-0424 §4, XEP-0425 §5). */
  | { kind: "tombstone" }
  | Change
  /** A receipt (XEP-0184). */
  | { kind: "receipt"; target: string }
  /** A display marker, which covers all earlier messages (XEP-0333). */
  | { kind: "displayed"; target: string }
  /** How the author takes part right now, and nothing else (XEP-0085). Never stored. */
  | { kind: "chat-state"; state: ChatState }
  | Invitation
  /** Our message bounced (RFC 6120 §8.3). `target`: its `id` attribute. */
  | { kind: "error"; target: string; condition: string; text: string };

/** An invitation to a room (XEP-0045 §7.8.2, XEP-0249). */
export interface Invitation {
  kind: "invitation";
  room: BareJid;
  /** The inviter. `direct`: they sent it themselves; otherwise only the room knows whether this is true. */
  from: Jid;
  direct: boolean;
  /** The inviter's nickname, if the room names an occupant; `from` is then the occupant's address. */
  nickname: string | null;
  reason: string;
  /** Of the room, if the invitation contains it. */
  password?: string;
}

/** A part of a body, in code points (XEP-0426); `end` is exclusive, or infinite. */
export interface BodyRange {
  start: number;
  end: number;
}

export interface Text {
  kind: "text";
  /** Empty if only files are shared. Until an encrypted message is decrypted: its fallback text, possibly empty. */
  body: string;
  /** At most `MOST_FILES`; the body is their caption. */
  files?: readonly SharedFile[];
  /** Of an encrypted message: what to take out of its text once it is decrypted (XEP-0428). */
  fallback?: readonly BodyRange[];
  /** Corrects the author's message with this id (XEP-0308). */
  replaces?: string;
  /** It contains a reference to us (XEP-0372), or our nickname. */
  mentionsUs?: true;
  /** It is shown as typed (XEP-0393 §6). */
  unstyled?: true;
}

/** A change of an earlier message, except corrections. */
export type Change =
  | { kind: "retraction"; target: string }
  /** Only the room itself moderates. `by`: nickname of the moderator; null: unknown. */
  | { kind: "moderation"; target: string; by: string | null; reason: string }
  /** Sources for files of the message, each for another one (XEP-0447 §3.3). */
  | { kind: "sources"; target: string; attached: readonly AttachedSources[] }
  | Reaction;

/** The author's whole set of reactions to a message (XEP-0444). */
export interface Reaction {
  kind: "reaction";
  target: string;
  /** Without duplicates; empty: all are removed. */
  emoji: string[];
}
