/**
 * An outgoing message on its way from the user to the stanza: the same shape for contacts, rooms and private messages.
 */
import type { Encryption } from "../../shared/model/encryption.ts";
import type { TextParts } from "../../shared/model/message.ts";
import type { MessageId } from "../../shared/model/primitives.ts";
import type { Writer } from "../../shared/model/room.ts";
import type { Conversation } from "./conversation.ts";
import type { OutgoingFile } from "./outgoing-file.ts";

/** A new message, or a change of the message with this id. */
export type Draft =
  /** `uploads`: files to upload first; the body then is what is shown until their addresses are known. */
  | ({ kind: "text"; body: string; encryption: Encryption; uploads?: readonly OutgoingFile[] } & Partial<TextParts> &
      Pick<Outbound, "conversation" | "for">)
  | { kind: "correction"; id: MessageId; body: string; encryption: Encryption; unstyled?: boolean }
  | { kind: "retraction"; id: MessageId }
  | { kind: "reaction"; id: MessageId; emoji: string; chosen: boolean };

export type OutboundPayload =
  /**
   * `replaces`: corrects our message with this id (XEP-0308). `uploads`: the files of the message; all must be uploaded
   * before it is sent.
   */
  | ({ kind: "text"; body: string; replaces?: string; uploads?: readonly OutgoingFile[] } & Partial<TextParts>)
  /** Retracts our message with this id (XEP-0424); in a room, its archive id. */
  | { kind: "retraction"; target: string }
  /** Our whole set of reactions to the message with this id (XEP-0444); in a room, its archive id. */
  | { kind: "reaction"; target: string; emoji: readonly string[] };

/** @typeParam E the encryption to use; for the stream its result, and then an encrypted text has no body */
export interface Outbound<E = Encryption> {
  conversation: Conversation;
  /** The stanza's `id` and its origin-id (XEP-0359); also the tag in `acked`, `unacked` and `resent`. */
  originId: string;
  payload: OutboundPayload;
  encryption: E;
  /** The occupant for whom a private message was written: somebody else may have the nickname now. */
  for: Writer | null;
}
