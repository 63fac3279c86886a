/** The part of the contract: chats of every kind. */
import { z } from "zod";
import { chatSchema } from "../model/chat.ts";
import { encryptionSchema } from "../model/encryption.ts";
import { messagePageSchema } from "../model/message.ts";
import { chatKeySchema, messageIdSchema } from "../model/primitives.ts";
import { cursor, done, PAGE } from "./parts.ts";

export const chatCommands = {
  "chat.page": {
    args: z.strictObject({ after: cursor.optional(), limit: z.number().int().min(1).max(PAGE) }),
    result: z.object({ chats: z.array(chatSchema), next: cursor.nullable() }),
  },
  /** Makes sure that the chat exists, and gives its newest messages. */
  "chat.open": {
    args: chatKeySchema,
    result: z.object({ chat: chatSchema, page: messagePageSchema }),
  },
  /** The user has seen this message and all before it. */
  "chat.markRead": { args: chatKeySchema.extend({ upTo: messageIdSchema }), result: done },
  "chat.setPinned": { args: chatKeySchema.extend({ pinned: z.boolean() }), result: done },
  "chat.setMuted": { args: chatKeySchema.extend({ muted: z.boolean() }), result: done },
  /** Turns encryption on or off for what is sent from now on. */
  "chat.setEncryption": { args: chatKeySchema.extend({ encryption: encryptionSchema }), result: done },
  /** Takes the chat off the list; its messages stay and return with the next one. */
  "chat.close": { args: chatKeySchema, result: done },
} as const;

export const chatEvents = {
  "chats.changed": z.object({ changed: z.array(chatSchema), removed: z.array(chatKeySchema) }),
  /** The host asks the window to show a chat (notification clicked). */
  "chat.requested": chatKeySchema,
} as const;
