/** A message of a chat, as the window shows it. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { MOST_FILES } from "../limits.ts";
import { fileSchema } from "./file.ts";
import { writerSchema } from "./room.ts";
import { protectionSchema } from "./encryption.ts";
import { accountIdSchema, bareJidSchema, chatJidSchema, messageIdSchema, timeSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

/** Position in the total order of a chat; higher is further down. It never changes. */
export const positionSchema = z.number().int();
export type Position = z.infer<typeof positionSchema>;

/**
 * Delivery state of our own message. `pending`: in the outbox. `sent`: acknowledged by the server (XEP-0198). `failed`:
 * given up, with a reason; the user may retry or discard. `delivered`, `read`: XEP-0184, XEP-0333.
 */
export const deliverySchema = z.enum(["pending", "sent", "delivered", "read", "failed"]);
export type Delivery = z.infer<typeof deliverySchema>;

/** Limit of reactions of one person to one message. */
export const MOST_REACTIONS = 20;
/** Limits of what is shown: different emoji of a message, and names per emoji. */
export const SHOWN_REACTIONS = 24;
export const SHOWN_NAMES = 20;

const failureSchema = z.object({ condition: shownSchema(64), text: shownSchema(512) });

/** One emoji with everybody who reacted with it (XEP-0444). */
export const reactionSchema = z.object({
  emoji: emojiSchema,
  /** The number of people, including us. */
  count: z.number().int().positive(),
  /** We are among them. */
  own: z.boolean(),
  /** Nicknames of others in a room, at most `SHOWN_NAMES`; empty in a chat with one contact. */
  names: z.array(shownSchema(256)).max(SHOWN_NAMES),
});
export type Reaction = z.infer<typeof reactionSchema>;

/** The optional parts of a text that are stored and shown; `store/messages/columns.ts` has a column for each. */
export const textPartsSchema = z.object({
  /** Our nickname occurs in a message of a room. */
  mentionsUs: z.boolean().default(false),
  /** Its author wants it to be shown as typed, without styling (XEP-0393 §6). */
  unstyled: z.boolean().default(false),
});
export type TextParts = z.infer<typeof textPartsSchema>;

export const messageSchema = z.object({
  id: messageIdSchema,
  account: accountIdSchema,
  chat: chatJidSchema,
  position: positionSchema,
  direction: z.enum(["in", "out"]),
  /**
   * The author's bare JID: the contact's or ours. In a room, and for a private message from an occupant, the room's;
   * see `writer`.
   */
  from: bareJidSchema,
  /**
   * The author in a room; in private messages the other occupant, for both directions. Null elsewhere, and for messages
   * of the room itself.
   */
  writer: writerSchema.nullable(),
  ...textPartsSchema.shape,
  /** Empty if only files are shared: then it has no caption. */
  body: shownSchema(262_144),
  files: z.array(fileSchema).max(MOST_FILES),
  /** When it was written, as far as known. */
  sentAt: timeSchema,
  /** Null for incoming messages. */
  delivery: deliverySchema.nullable(),
  /** For `failed`: the stanza error condition (RFC 6120 §8.3.3) and the server's text. */
  failure: failureSchema.nullable(),
  protection: protectionSchema,
  /** When its author last corrected it (XEP-0308); null: never. */
  editedAt: timeSchema.nullable(),
  /** Retracted by its author (XEP-0424) or removed by a moderator (XEP-0425); the body is gone. */
  retracted: z
    .object({
      moderated: z.boolean(),
      by: shownSchema(256).nullable(),
      reason: shownSchema(1024),
      /** The message was encrypted but its retraction was not: the server could have forged it. */
      unencrypted: z.boolean().default(false),
    })
    .nullable(),
  /** The user has marked it, on this device. Absent in messages that an older version has cached. */
  starred: z.boolean().default(false),
  /** Our correction or retraction that the server has not acknowledged, or refused (`failure`). */
  pendingChange: z.object({ kind: z.enum(["correction", "retraction"]), failure: failureSchema.nullable() }).nullable(),
  /** In order of arrival. Reactions are never encrypted. */
  reactions: z.array(reactionSchema).max(SHOWN_REACTIONS),
  /** The message has an id that others know, so we can react to it. */
  reactable: z.boolean(),
  /**
   * Our reactions that the server has not acknowledged; with `failure` it refused them, and the previous ones apply.
   */
  reacting: z.object({ failure: failureSchema.nullable() }).nullable(),
});
export type Message = z.infer<typeof messageSchema>;

/** A former text of a message. */
export const versionSchema = z.object({
  body: shownSchema(262_144),
  /** The names of its files. */
  files: z.array(fileSchema.shape.name).max(MOST_FILES),
  at: timeSchema,
});
export type Version = z.infer<typeof versionSchema>;

/** A page of the timeline, oldest first. */
export const messagePageSchema = z.object({
  messages: z.array(messageSchema),
  /** Pass it to get the previous page; null at the beginning of the chat. */
  older: positionSchema.nullable(),
  /** The archive has messages between or before these that could not be fetched now. */
  missing: z.boolean(),
});
export type MessagePage = z.infer<typeof messagePageSchema>;
