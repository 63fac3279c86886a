/** An entry of the chat list. */
import { z } from "zod";
import { SHOWN_COMPOSERS } from "../limits.ts";
import { decryptionProblemSchema, encryptionSchema, unreadableReasonSchema } from "./encryption.ts";
import { accountIdSchema, chatJidSchema, chatKeySchema, messageIdSchema, timeSchema } from "./primitives.ts";
import { filePreviewSchema } from "./file.ts";
import { deliverySchema } from "./message.ts";
import { shownSchema } from "./text.ts";

/** Who composes a message in a chat right now (XEP-0085). */
export const composersSchema = chatKeySchema.extend({
  /** Nicknames in a room, in the order of their last state, at most `SHOWN_COMPOSERS`; else empty. */
  names: z.array(shownSchema(256)).max(SHOWN_COMPOSERS),
  /** 0: nobody. */
  count: z.number().int().nonnegative(),
});
export type Composers = z.infer<typeof composersSchema>;

export const chatSchema = z.object({
  account: accountIdSchema,
  jid: chatJidSchema,
  /** `private`: with an occupant of a room, by nickname; never by the person's own address. */
  kind: z.enum(["contact", "room", "private"]),
  unread: z.number().int().nonnegative(),
  /** The number of those that mention us. */
  mentions: z.number().int().nonnegative(),
  /** First unread message, for the "new messages" line in the timeline. */
  firstUnread: messageIdSchema.nullable(),
  pinned: z.boolean(),
  muted: z.boolean(),
  /** Encryption of outgoing messages: the user's choice, else derived from the settings and the contact's devices. */
  encryption: encryptionSchema,
  /** The contact has devices that we can encrypt for. */
  canEncrypt: z.boolean(),
  /** Number of undecided new devices of a verified contact; they receive nothing until the user decides. */
  undecided: z.number().int().nonnegative(),
  /** Sort key, newest first; the time when the chat was first opened if it has no message. */
  activityAt: timeSchema,
  /** Preview of the newest message; the body is cut to 200 characters. */
  last: z
    .object({
      id: messageIdSchema,
      direction: z.enum(["in", "out"]),
      /** Empty if only files are shared. */
      text: shownSchema(200),
      files: filePreviewSchema,
      /** The author, in a room. */
      nickname: shownSchema(256).nullable(),
      sentAt: timeSchema,
      delivery: deliverySchema.nullable(),
      /** Why there is no text: decryption or parsing failed. The text is empty. */
      problem: decryptionProblemSchema.or(unreadableReasonSchema).nullable(),
      /** The message was retracted or removed; the text is empty. */
      retracted: z.boolean(),
    })
    .nullable(),
});
export type Chat = z.infer<typeof chatSchema>;
