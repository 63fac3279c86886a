/** What we say in a chat, on its way from the user to the stanza: the same for contacts, rooms and private messages. */
import type { Encryption } from "../../shared/model/encryption.ts";
import type { MessageId } from "../../shared/model/primitives.ts";
import type { Writer } from "../../shared/model/room.ts";
import type { Conversation } from "./conversation.ts";

/** What the user does: a new message, or a change of the one with this id. */
export type Draft =
  | ({ kind: "text"; body: string; encryption: Encryption } & Pick<Outbound, "conversation" | "for">)
  | { kind: "correction"; id: MessageId; body: string; encryption: Encryption }
  | { kind: "retraction"; id: MessageId }
  | { kind: "reaction"; id: MessageId; emoji: string; chosen: boolean };

export type OutboundPayload =
  /** `replaces`: it corrects the message of ours with this id (XEP-0308). */
  | { kind: "text"; body: string; replaces?: string }
  /**
   * Asks to remove the message of ours with this id (XEP-0424); in a room its archive id. `explain`: also in words, for
   * programs that do not know retractions. In an encrypted chat there are none.
   */
  | { kind: "retraction"; target: string; explain: boolean }
  /** All our reactions to the message with this id from now on (XEP-0444); in a room its archive id. */
  | { kind: "reaction"; target: string; emoji: readonly string[] };

/** @typeParam E how it is to be encrypted; for the stream the result, and a text that is encrypted has no body then */
export interface Outbound<E = Encryption> {
  conversation: Conversation;
  /** The stanza's `id` and its origin-id (XEP-0359); comes back as tag in `acked`, `unacked` and `resent`. */
  originId: string;
  payload: OutboundPayload;
  encryption: E;
  /** The occupant for whom it was written, in private messages of a room: somebody else may have the nickname now. */
  for: Writer | null;
}
