/** A line of the chat list. */
import { z } from "zod";
import { decryptionProblemSchema, encryptionSchema, unreadableReasonSchema } from "./encryption.ts";
import { accountIdSchema, chatJidSchema, messageIdSchema, timeSchema } from "./primitives.ts";
import { deliverySchema } from "./message.ts";
import { shownSchema } from "./text.ts";

export const chatSchema = z.object({
  account: accountIdSchema,
  jid: chatJidSchema,
  /** `private`: with an occupant of a room, under a nickname there; never with a person's own address. */
  kind: z.enum(["contact", "room", "private"]),
  unread: z.number().int().nonnegative(),
  /** Of those, how many name us. */
  mentions: z.number().int().nonnegative(),
  /** First unread message, for the line "new messages" in the timeline. */
  firstUnread: messageIdSchema.nullable(),
  pinned: z.boolean(),
  muted: z.boolean(),
  /**
   * What is sent here is encrypted like this: what the user chose, else what the settings and the contact's devices
   * say.
   */
  encryption: encryptionSchema,
  /** The contact has devices that can be encrypted for. */
  canEncrypt: z.boolean(),
  /** New devices of a verified contact: they get nothing until the user decides. */
  undecided: z.number().int().nonnegative(),
  /** Newest first sorting; when the chat was opened for the first time if there is no message. */
  activityAt: timeSchema,
  /** Preview of the newest message; the body is cut to 200 characters. */
  last: z
    .object({
      id: messageIdSchema,
      direction: z.enum(["in", "out"]),
      text: shownSchema(200),
      /** In a room: who wrote it. */
      nickname: shownSchema(256).nullable(),
      sentAt: timeSchema,
      delivery: deliverySchema.nullable(),
      /** It could not be decrypted, or not be read at all; the text is empty. */
      problem: decryptionProblemSchema.or(unreadableReasonSchema).nullable(),
      /** It was taken back or removed; the text is empty. */
      retracted: z.boolean(),
    })
    .nullable(),
});
export type Chat = z.infer<typeof chatSchema>;
