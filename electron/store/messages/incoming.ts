/** What comes in, in the shapes that the tables of messages take. */
import type { Jid } from "../../../shared/jid.ts";
import type { Author, Decrypted } from "../../model/message.ts";
import type { Change } from "../../model/payload.ts";
import type { Reacted, Removal } from "./annotations/changes.ts";
import type { Candidate } from "./repeated.ts";

/** A message of its own, or one that corrects another. */
export interface IncomingText extends Candidate {
  chat: Jid;
  author: Author;
  markable: boolean;
  mentionsUs: boolean;
  replaces?: string;
  tombstone?: true;
}

/** Null for what says something of other messages only. */
export function textOf(inbound: Decrypted, sentAt: number): IncomingText | null {
  const { conversation, author, ids, wishes, payload, protection } = inbound;
  if (payload.kind !== "text" && payload.kind !== "tombstone" && payload.kind !== "unreadable") return null;
  const { body, replaces, mentionsUs } = payload.kind === "text" ? payload : { body: "" };
  return {
    chat: conversation.jid,
    author,
    from: author.address,
    body,
    sentAt,
    ...ids,
    protection,
    markable: wishes.marker,
    mentionsUs: mentionsUs === true,
    ...(replaces === undefined ? {} : { replaces }),
    ...(payload.kind === "tombstone" ? { tombstone: true } : {}),
    ...(conversation.kind === "room" ? { room: { writer: author.occupant, own: author.outgoing } } : {}),
  };
}

/** What a row of a message has of its author. */
export const columnsOf = ({ outgoing, address, occupant, stay }: Author) => ({
  outgoing,
  sender: address,
  writer: occupant,
  stay,
});

/** @param delayed it was held back on its way: `sentAt` is not now */
export function changeOf(
  { author, ids }: Decrypted,
  change: Change,
  sentAt: number,
  delayed: boolean,
): Removal | Reacted {
  const common = { ...ids, author, sentAt, target: change.target };
  if (change.kind === "reaction") return { ...common, kind: change.kind, emoji: change.emoji, delayed };
  const { by, reason } = change.kind === "moderation" ? change : { by: null, reason: "" };
  return { ...common, kind: change.kind, moderator: by, reason };
}
