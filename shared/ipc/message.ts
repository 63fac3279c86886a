/** The part of the contract: messages, what is done to them, and their files. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { encryptionSchema } from "../model/encryption.ts";
import { MAX_BODY, messagePageSchema, messageSchema, positionSchema, versionSchema } from "../model/message.ts";
import { chatKeySchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";
import { done, ownMessage, PAGE } from "./parts.ts";

export const messageCommands = {
  /** Also asks the server's archive, when the user gets to where messages are missing here. */
  "message.page": {
    args: chatKeySchema.extend({ before: positionSchema, limit: z.number().int().min(1).max(PAGE) }),
    result: messagePageSchema,
  },
  /** Stores the message in the outbox and answers at once; it is `pending` then. */
  /** @param encryption what the window showed when the user sent it: `none` into an encrypted chat is refused */
  "message.send": {
    args: chatKeySchema.extend({ body: linesSchema(MAX_BODY).min(1), encryption: encryptionSchema }),
    result: messageSchema,
  },
  "message.retry": { args: ownMessage, result: done },
  /** Removes a failed message. */
  "message.discard": { args: ownMessage, result: done },
  /** Fetches and decrypts the picture that a message names (XEP-0454). Null: it is none that can be shown. */
  "attachment.picture": {
    args: ownMessage,
    result: z
      .object({
        type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
        width: z.number(),
        height: z.number(),
        base64: z.string(),
      })
      .nullable(),
  },
  /** Fetches and decrypts the file that a message names, into the user's downloads or where he says. Null: given up. */
  "attachment.save": { args: ownMessage, result: z.object({ path: z.string() }).nullable() },
  /** Changes the text of a message of ours, for everybody, encrypted as it was (XEP-0308). */
  "message.correct": { args: ownMessage.extend({ body: linesSchema(MAX_BODY).min(1) }), result: messageSchema },
  /** Takes a message of ours back, and asks everybody to remove it (XEP-0424). */
  "message.retract": { args: ownMessage, result: done },
  /** Removes somebody's message from a room, as its moderator (XEP-0425). Needs a connection. */
  "message.moderate": { args: ownMessage.extend({ reason: linesSchema(512) }), result: done },
  /**
   * Adds one reaction of ours to a message, or takes it back (XEP-0444). Never in an encrypted chat: reactions cannot
   * be encrypted.
   */
  "message.react": { args: ownMessage.extend({ emoji: emojiSchema, chosen: z.boolean() }), result: messageSchema },
  /** The texts that a message had and has, oldest first; empty for one that was never corrected. */
  "message.versions": { args: ownMessage, result: z.object({ versions: z.array(versionSchema).max(100) }) },
} as const;

export const messageEvents = {
  "messages.changed": z.object({ changed: z.array(messageSchema), removed: z.array(messageIdSchema) }),
} as const;
