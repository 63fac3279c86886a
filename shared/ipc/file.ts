/** IPC contract: files on their way out. The window passes their bytes, and never names a path. */
import { z } from "zod";
import { accountIdSchema, messageIdSchema } from "../model/primitives.ts";
import { lineSchema } from "../model/text.ts";
import { account, noResult, ownMessage } from "./parts.ts";

/** Largest file, bytes; servers commonly take far less. */
const MAX_FILE = 4 * 1024 * 1024 * 1024;
/** Largest piece of a file in base64; a call is limited to 1 MB. */
const MAX_PIECE = 700_000;

const token = z.string().regex(/^[0-9a-f]{32}$/);
const pixels = z.number().int().min(1).max(100_000);

/** What the window knows of a staged file. */
export const stagedFileSchema = z.strictObject({
  token,
  name: lineSchema(255).min(1),
  mediaType: z.string().regex(/^[a-z0-9!#$&^_.+-]{1,63}\/[a-z0-9!#$&^_.+-]{1,63}$/i),
  width: pixels.optional(),
  height: pixels.optional(),
  /** Milliseconds. */
  duration: z
    .number()
    .int()
    .min(0)
    .max(1000 * 60 * 60 * 24 * 7)
    .optional(),
  /** A data: URI of a ThumbHash. */
  thumbnail: z
    .string()
    .regex(/^data:image\/thumbhash;base64,[A-Za-z0-9+/]{7,70}={0,2}$/)
    .optional(),
});

export const fileCommands = {
  /**
   * Begins to stage a file; the token names it. Fails if the server is known to take no file of this size.
   * @param size bytes
   */
  "file.begin": {
    args: account.extend({ size: z.number().int().min(0).max(MAX_FILE) }),
    result: z.object({ token }),
  },
  /** Adds the next piece; the call returns when it is written. After an error the token is no longer valid. */
  "file.append": { args: z.strictObject({ token, base64: z.base64().max(MAX_PIECE) }), result: noResult },
  /** All of it was passed: from now on the token can be sent, once. */
  "file.finish": { args: z.strictObject({ token }), result: noResult },
  /** The file will not be sent. */
  "file.drop": { args: z.strictObject({ token }), result: noResult },
  /** Cancels the upload of the files of a message, which then has failed; it can be retried or discarded. */
  "upload.cancel": { args: ownMessage, result: noResult },
} as const;

export const fileEvents = {
  /** How many bytes of the files of each message are sent so far. */
  "upload.progress": z.object({
    uploads: z.array(
      z.object({
        account: accountIdSchema,
        id: messageIdSchema,
        sent: z.number().int().nonnegative(),
        total: z.number().int().nonnegative(),
      }),
    ),
  }),
} as const;
