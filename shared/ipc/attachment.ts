/** IPC contract: the files of messages. Their addresses and keys stay in the core. */
import { z } from "zod";
import { fileIndexSchema } from "../model/file.ts";
import { accountIdSchema, messageIdSchema } from "../model/primitives.ts";
import { noResult, ownMessage } from "./parts.ts";

/** A file of a message by its index. */
const fileOfMessage = ownMessage.extend({ file: fileIndexSchema });
/** Largest part of a file that one call returns, bytes. */
export const MAX_PART = 480_000;

export const attachmentCommands = {
  /**
   * Fetches, decrypts and verifies a file of a message (XEP-0447, XEP-0448, XEP-0454), and keeps a copy. Null: it is
   * not to be fetched without being asked.
   * @param automatic the user has not asked for it: the settings decide
   * @returns `type` as its bytes say, of the formats that a window can show or play; pixels of a picture
   */
  "attachment.fetch": {
    args: fileOfMessage.extend({ automatic: z.boolean() }),
    result: z
      .object({
        size: z.number().int().nonnegative(),
        type: z
          .enum([
            "image/png",
            "image/jpeg",
            "image/gif",
            "image/webp",
            "audio/mpeg",
            "audio/flac",
            "audio/wav",
            "audio/ogg",
            "video/mp4",
            "video/webm",
            "application/pdf",
            "text/plain",
          ])
          .nullable(),
        width: z.number().nullable(),
        height: z.number().nullable(),
      })
      .nullable(),
  },
  /** A part of the copy of a file; less at its end. */
  "attachment.read": {
    args: fileOfMessage.extend({
      from: z.number().int().nonnegative(),
      length: z.number().int().min(1).max(MAX_PART),
    }),
    result: z.object({ base64: z.string() }),
  },
  /** Ends the download of a file, which then fails. */
  "attachment.cancel": { args: fileOfMessage, result: noResult },
  /** Saves a file of a message in the downloads folder or a place the user chooses. Null: cancelled. */
  "attachment.save": { args: fileOfMessage, result: z.object({ path: z.string() }).nullable() },
  /**
   * Saves a file in the downloads folder, unless it was in this run, and opens it or its folder. Fails in a host that
   * cannot do that.
   */
  "attachment.open": { args: fileOfMessage.extend({ how: z.enum(["open", "folder"]) }), result: noResult },
} as const;

export const attachmentEvents = {
  /** How many bytes of each file have come so far; `total` as its author says. */
  "download.progress": z.object({
    downloads: z.array(
      z.object({
        account: accountIdSchema,
        id: messageIdSchema,
        file: fileIndexSchema,
        received: z.number().int().nonnegative(),
        total: z.number().int().nonnegative().nullable(),
      }),
    ),
  }),
} as const;
