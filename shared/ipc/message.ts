/** IPC contract: messages, their annotations and their files. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { encryptionSchema } from "../model/encryption.ts";
import { MAX_BODY } from "../limits.ts";
import { messagePageSchema, messageSchema, positionSchema, versionSchema } from "../model/message.ts";
import { chatKeySchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";
import { done, ownMessage, PAGE } from "./parts.ts";

export const messageCommands = {
  /** Also queries the server's archive where local messages are missing. */
  "message.page": {
    args: chatKeySchema.extend({ before: positionSchema, limit: z.number().int().min(1).max(PAGE) }),
    result: messagePageSchema,
  },
  /**
   * Stores the message in the outbox as `pending` and returns at once.
   * @param encryption as the window showed it when the user sent; `none` is refused in an encrypted chat
   */
  "message.send": {
    args: chatKeySchema.extend({ body: linesSchema(MAX_BODY).min(1), encryption: encryptionSchema }),
    result: messageSchema,
  },
  "message.retry": { args: ownMessage, result: done },
  /** Removes a failed message. */
  "message.discard": { args: ownMessage, result: done },
  /** Downloads and decrypts the picture in a message (XEP-0454). Null: not a picture that can be shown. */
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
  /**
   * Downloads and decrypts the file in a message, to the downloads folder or a place the user chooses. Null: cancelled.
   */
  "attachment.save": { args: ownMessage, result: z.object({ path: z.string() }).nullable() },
  /** Corrects our message for everybody, with the same encryption as the original (XEP-0308). */
  "message.correct": { args: ownMessage.extend({ body: linesSchema(MAX_BODY).min(1) }), result: messageSchema },
  /** Retracts our message (XEP-0424). */
  "message.retract": { args: ownMessage, result: done },
  /** Removes a message from a room as a moderator (XEP-0425). Needs a connection. */
  "message.moderate": { args: ownMessage.extend({ reason: linesSchema(512) }), result: done },
  /** Adds or removes one of our reactions (XEP-0444). Refused in an encrypted chat: reactions cannot be encrypted. */
  "message.react": { args: ownMessage.extend({ emoji: emojiSchema, chosen: z.boolean() }), result: messageSchema },
  /** The texts of a message, oldest first, the current one last; empty if it was never corrected. */
  "message.versions": { args: ownMessage, result: z.object({ versions: z.array(versionSchema).max(100) }) },
} as const;

export const messageEvents = {
  "messages.changed": z.object({ changed: z.array(messageSchema), removed: z.array(messageIdSchema) }),
} as const;
