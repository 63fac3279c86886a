/** IPC contract: chats of every kind. */
import { z } from "zod";
import { chatSchema, composersSchema } from "../model/chat.ts";
import { encryptionSchema } from "../model/encryption.ts";
import { messagePageSchema } from "../model/message.ts";
import { chatKeySchema, messageIdSchema } from "../model/primitives.ts";
import { cursor, noResult, PAGE } from "./parts.ts";

export const chatCommands = {
  "chat.page": {
    args: z.strictObject({ after: cursor.optional(), limit: z.number().int().min(1).max(PAGE) }),
    result: z.object({ chats: z.array(chatSchema), next: cursor.nullable() }),
  },
  /** Creates the chat if needed and returns its newest messages. */
  "chat.open": {
    args: chatKeySchema,
    result: z.object({ chat: chatSchema, page: messagePageSchema }),
  },
  /** Marks this message and all before it as read. */
  "chat.markRead": { args: chatKeySchema.extend({ upTo: messageIdSchema }), result: noResult },
  "chat.setPinned": { args: chatKeySchema.extend({ pinned: z.boolean() }), result: noResult },
  "chat.setMuted": { args: chatKeySchema.extend({ muted: z.boolean() }), result: noResult },
  /** Turns encryption on or off for future messages. */
  "chat.setEncryption": { args: chatKeySchema.extend({ encryption: encryptionSchema }), result: noResult },
  /** The user has typed, or taken back, something in the composer: others may learn that (XEP-0085). */
  "chat.typed": { args: chatKeySchema.extend({ empty: z.boolean() }), result: noResult },
  /** The chat is no longer shown. */
  "chat.left": { args: chatKeySchema, result: noResult },
  /** Removes the chat from the list. Its messages stay, and the next message brings it back. */
  "chat.close": { args: chatKeySchema, result: noResult },
} as const;

export const chatEvents = {
  "chats.changed": z.object({ changed: z.array(chatSchema), removed: z.array(chatKeySchema) }),
  /** Who composes a message in these chats now (XEP-0085). */
  "chatStates.changed": z.object({ chats: z.array(composersSchema) }),
  /** The host asks the window to show a chat (notification clicked). */
  "chat.requested": chatKeySchema,
} as const;
