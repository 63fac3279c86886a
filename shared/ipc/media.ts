/** IPC contract: the files and links of one chat, or of all, in the order of time. */
import { z } from "zod";
import { SHELVES } from "../files/file-kind.ts";
import { fileIndexSchema, filePreviewSchema, fileSchema } from "../model/file.ts";
import { noArguments } from "./parts.ts";
import { accountIdSchema, chatJidSchema, chatKeySchema, messageIdSchema, timeSchema } from "../model/primitives.ts";
import { shownSchema } from "../model/text.ts";

const origin = z.object({
  account: accountIdSchema,
  chat: chatJidSchema,
  id: messageIdSchema,
  sentAt: timeSchema,
  direction: z.enum(["in", "out"]),
  /** The nickname of its author in a room; null elsewhere. */
  nickname: shownSchema(256).nullable(),
});

/** A file of a message. */
export const mediaItemSchema = origin.extend({ file: fileIndexSchema, shared: fileSchema });
export type MediaItem = z.infer<typeof mediaItemSchema>;

/** A message with links: its text. */
export const linkItemSchema = origin.extend({ body: shownSchema(262_144) });
export type LinkItem = z.infer<typeof linkItemSchema>;

/** A message with a star: its text, and its files in one line. */
export const starredItemSchema = linkItemSchema.extend({ files: filePreviewSchema });
export type StarredItem = z.infer<typeof starredItemSchema>;

/** Largest page. */
const MOST = 100;
/** Null: of all chats. */
const chat = chatKeySchema.nullable();
const limit = z.number().int().min(1).max(MOST);
const place = z.strictObject({ sentAt: timeSchema, id: messageIdSchema, file: fileIndexSchema });
/** Messages before one; null: from the newest. */
const messagesBefore = z.strictObject({
  chat,
  before: z.strictObject({ sentAt: timeSchema, id: messageIdSchema }).nullable(),
  limit,
});

export const mediaCommands = {
  /**
   * @param from the file next to which the page begins; null: at the newest
   * @returns `items` newest first if `direction` is `older`, else oldest first
   */
  "media.page": {
    args: z.strictObject({
      chat,
      shelf: z.enum(SHELVES),
      from: place.nullable(),
      direction: z.enum(["older", "newer"]),
      limit,
    }),
    result: z.object({ items: z.array(mediaItemSchema).max(MOST), hasMore: z.boolean() }),
  },
  /** Messages with links, newest first. @param before the message before which the page begins; null: the newest */
  "media.links": {
    args: messagesBefore,
    result: z.object({ items: z.array(linkItemSchema).max(MOST), hasMore: z.boolean() }),
  },
  /** Messages with a star, newest first. @param before as in `media.links` */
  "media.starred": {
    args: messagesBefore,
    result: z.object({ items: z.array(starredItemSchema).max(MOST), hasMore: z.boolean() }),
  },
  /** What the copies of files take on this disk, the largest chats first. */
  "media.usage": {
    args: noArguments,
    result: z.object({
      chats: z
        .array(
          z.object({
            account: accountIdSchema,
            jid: chatJidSchema,
            files: z.number().int().positive(),
            bytes: z.number().int().nonnegative(),
          }),
        )
        .max(500),
    }),
  },
  /** Removes the copies of files; they can be fetched again as long as their servers have them. */
  "media.release": { args: z.strictObject({ chat }), result: z.object({ files: z.number().int().nonnegative() }) },
} as const;
