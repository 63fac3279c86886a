/** A message of a chat, as the window shows it. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { writerSchema } from "./room.ts";
import { protectionSchema } from "./encryption.ts";
import { accountIdSchema, bareJidSchema, chatJidSchema, messageIdSchema, timeSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

/** A place in the one total order of a chat: a higher one is shown below. It never changes. */
export const positionSchema = z.number().int();
export type Position = z.infer<typeof positionSchema>;

/**
 * The way of our own message. `pending`: in the outbox. `sent`: the server has it (XEP-0198 ack).
 * `failed`: given up, with a reason; the user may retry or discard. `delivered`, `read`: XEP-0184, XEP-0333.
 */
export const deliverySchema = z.enum(["pending", "sent", "delivered", "read", "failed"]);
export type Delivery = z.infer<typeof deliverySchema>;

/** Reactions of one person to one message that count. */
export const MOST_REACTIONS = 20;
/** What is shown of them: different emoji of a message, and names of who chose one. */
export const SHOWN_REACTIONS = 24;
export const SHOWN_NAMES = 20;

const failureSchema = z.object({ condition: shownSchema(64), text: shownSchema(512) });

/** One emoji, with all who reacted with it (XEP-0444). */
export const reactionSchema = z.object({
  emoji: emojiSchema,
  /** How many, with us. */
  count: z.number().int().positive(),
  /** We did. */
  own: z.boolean(),
  /** In a room the nicknames of others, of very many the first; empty in a chat with one contact. */
  names: z.array(shownSchema(256)).max(SHOWN_NAMES),
});
export type Reaction = z.infer<typeof reactionSchema>;

export const messageSchema = z.object({
  id: messageIdSchema,
  account: accountIdSchema,
  chat: chatJidSchema,
  position: positionSchema,
  direction: z.enum(["in", "out"]),
  /**
   * Who wrote it: the contact's or our own bare JID; in a room, and from an occupant of one, the room's, and `writer`
   * says who.
   */
  from: bareJidSchema,
  /**
   * In a room who wrote it; in private messages the occupant on the other side, whoever wrote it. Null elsewhere, and
   * for what the room itself says.
   */
  writer: writerSchema.nullable(),
  /** It names us: our nickname is in a room's message. */
  mentionsUs: z.boolean(),
  body: shownSchema(262_144),
  /** When it was written, as far as is known. */
  sentAt: timeSchema,
  /** Null for incoming messages. */
  delivery: deliverySchema.nullable(),
  /** For `failed`: the stanza error condition (RFC 6120 §8.3.3) and what the server said. */
  failure: failureSchema.nullable(),
  protection: protectionSchema,
  /** When its text was last changed by its author (XEP-0308); null: never. */
  editedAt: timeSchema.nullable(),
  /** Its text is gone: taken back by its author (XEP-0424), or removed by a moderator of the room (XEP-0425). */
  retracted: z
    .object({
      moderated: z.boolean(),
      by: shownSchema(256).nullable(),
      reason: shownSchema(1024),
      /** The message was encrypted and its retraction was not: the server could have written that. */
      unencrypted: z.boolean().default(false),
    })
    .nullable(),
  /** A change of ours that the server does not have yet, or refused with a reason as in `failure`. */
  amending: z.object({ kind: z.enum(["correction", "retraction"]), failure: failureSchema.nullable() }).nullable(),
  /** In the order in which they came. They are never encrypted. */
  reactions: z.array(reactionSchema).max(SHOWN_REACTIONS),
  /** Others know it by a name, so that we can react to it. */
  reactable: z.boolean(),
  /**
   * Reactions of ours that the server does not have yet; or they were refused with a reason, and are as they were
   * before.
   */
  reacting: z.object({ failure: failureSchema.nullable() }).nullable(),
});
export type Message = z.infer<typeof messageSchema>;

/** A text that a message had. */
export const versionSchema = z.object({ body: shownSchema(262_144), at: timeSchema });
export type Version = z.infer<typeof versionSchema>;

/** A piece of a timeline, oldest first. */
export const messagePageSchema = z.object({
  messages: z.array(messageSchema),
  /** Hand back to get the page before this one; null when this is the beginning. */
  older: positionSchema.nullable(),
  /** Between these messages, or before them, some are known to the server's archive that could not be fetched now. */
  missing: z.boolean(),
});
export type MessagePage = z.infer<typeof messagePageSchema>;
