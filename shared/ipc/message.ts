/** IPC contract: messages and their annotations. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { encryptionSchema } from "../model/encryption.ts";
import { MAX_BODY, MOST_SENT_FILES } from "../limits.ts";
import { messagePageSchema, messageSchema, positionSchema, versionSchema } from "../model/message.ts";
import { chatKeySchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";
import { stagedFileSchema } from "./file.ts";
import { noResult, ownMessage, PAGE } from "./parts.ts";

/** The text is shown as typed (XEP-0393 §6). */
const unstyledSchema = z.boolean().optional();

export const messageCommands = {
  /** Also queries the server's archive where local messages are missing. */
  "message.page": {
    args: chatKeySchema.extend({ before: positionSchema, limit: z.number().int().min(1).max(PAGE) }),
    result: messagePageSchema,
  },
  /**
   * Stores the message in the outbox as `pending` and returns at once.
   * @param files staged by `file.finish`; they are sent before the text, which may be empty then
   * @param encryption as the window showed it when the user sent; `none` is refused in an encrypted chat
   */
  "message.send": {
    args: chatKeySchema
      .extend({
        body: linesSchema(MAX_BODY),
        encryption: encryptionSchema,
        files: z.array(stagedFileSchema).max(MOST_SENT_FILES).optional(),
        unstyled: unstyledSchema,
      })
      .refine(({ body, files }) => body !== "" || (files ?? []).length > 0),
    result: messageSchema,
  },
  "message.retry": { args: ownMessage, result: noResult },
  /** Removes a failed message. */
  "message.discard": { args: ownMessage, result: noResult },
  /** Corrects our message for everybody, with the same encryption as the original (XEP-0308). */
  "message.correct": {
    args: ownMessage.extend({ body: linesSchema(MAX_BODY).min(1), unstyled: unstyledSchema }),
    result: messageSchema,
  },
  /** Retracts our message (XEP-0424). */
  "message.retract": { args: ownMessage, result: noResult },
  /** Removes a message from a room as a moderator (XEP-0425). Needs a connection. */
  "message.moderate": { args: ownMessage.extend({ reason: linesSchema(512) }), result: noResult },
  /** Adds or removes one of our reactions (XEP-0444). Refused in an encrypted chat: reactions cannot be encrypted. */
  "message.react": { args: ownMessage.extend({ emoji: emojiSchema, chosen: z.boolean() }), result: messageSchema },
  /** Marks a message, or takes the mark away; on this device only. */
  "message.star": { args: ownMessage.extend({ starred: z.boolean() }), result: noResult },
  /** The texts of a message, oldest first, the current one last; empty if it was never corrected. */
  "message.versions": { args: ownMessage, result: z.object({ versions: z.array(versionSchema).max(100) }) },
} as const;

export const messageEvents = {
  "messages.changed": z.object({ changed: z.array(messageSchema), removed: z.array(messageIdSchema) }),
} as const;
