/** Converts incoming messages to the forms that the message tables take. */
import type { Jid } from "../../../shared/jid.ts";
import type { Author, Decrypted } from "../../model/message.ts";
import type { TextParts } from "../../../shared/model/message.ts";
import type { Change, Payload, Text } from "../../model/payload.ts";
import type { Attached, Reacted, Removal } from "./annotations/changes.ts";
import type { Candidate } from "./repeated.ts";

/** A message of its own, or a correction. */
export interface IncomingText extends Candidate {
  chat: Jid;
  author: Author;
  markable: boolean;
  parts: Partial<TextParts>;
  replaces?: string;
  tombstone?: true;
}

const NO_TEXT: Text = { kind: "text", body: "" };

/** Null for a payload that is only about other messages. */
export function textOf(inbound: Decrypted, sentAt: number): IncomingText | null {
  const { conversation, author, ids, wishes, payload, protection } = inbound;
  if (payload.kind !== "text" && payload.kind !== "tombstone" && payload.kind !== "unreadable") return null;
  const text = payload.kind === "text" ? payload : { ...NO_TEXT, ...ofUnreadable(payload) };
  const { body, files = [], replaces, kind: _, fallback: _taken, ...parts } = text;
  const { messageId, originId, archiveId } = ids;
  const of: IncomingText = {
    chat: conversation.jid,
    author,
    from: author.address,
    body,
    files,
    sentAt,
    messageId,
    originId,
    archiveId,
    protection,
    markable: wishes.marker,
    parts,
  };
  // Set one by one: spreading an object that is mostly empty costs more, and this is done for each message.
  if (replaces !== undefined) of.replaces = replaces;
  if (payload.kind === "tombstone") of.tombstone = true;
  if (author.outgoing && author.address === conversation.jid) of.toSelf = true;
  if (conversation.kind === "private") of.isPrivate = true;
  if (conversation.kind === "room") of.room = { writer: author.occupant, own: author.outgoing };
  return of;
}

/** An unreadable message may still say which one it corrects. */
const ofUnreadable = (payload: Payload): Pick<Text, "replaces"> =>
  payload.kind === "unreadable" && payload.replaces !== undefined ? { replaces: payload.replaces } : {};

export function changeOf({ author, ids }: Decrypted, change: Change, sentAt: number): Removal | Attached | Reacted {
  const common = { ...ids, author, sentAt, target: change.target };
  if (change.kind === "reaction") return { ...common, kind: change.kind, emoji: change.emoji };
  if (change.kind === "sources") return { ...common, kind: change.kind, attached: change.attached };
  const { by, reason } = change.kind === "moderation" ? change : { by: null, reason: "" };
  return { ...common, kind: change.kind, moderator: by, reason };
}
