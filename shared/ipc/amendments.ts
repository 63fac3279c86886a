/** The commands of `ipc.ts` that change messages which were sent. */
import { z } from "zod";
import { emojiSchema } from "../emoji.ts";
import { MAX_BODY } from "../limits.ts";
import { messageSchema, versionSchema } from "../model/message.ts";
import { accountIdSchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";

const one = z.strictObject({ account: accountIdSchema, id: messageIdSchema });
const done = z.null();

export const amendmentCommands = {
  /** Changes the text of a message of ours, for everybody, encrypted as it was (XEP-0308). */
  "message.correct": { args: one.extend({ body: linesSchema(MAX_BODY).min(1) }), result: messageSchema },
  /** Takes a message of ours back, and asks everybody to remove it (XEP-0424). */
  "message.retract": { args: one, result: done },
  /** Removes somebody's message from a room, as its moderator (XEP-0425). Needs a connection. */
  "message.moderate": { args: one.extend({ reason: linesSchema(512) }), result: done },
  /**
   * Adds one reaction of ours to a message, or takes it back (XEP-0444). Never in an encrypted chat: reactions cannot
   * be encrypted.
   */
  "message.react": { args: one.extend({ emoji: emojiSchema, chosen: z.boolean() }), result: messageSchema },
  /** The texts that a message had and has, oldest first; empty for one that was never corrected. */
  "message.versions": { args: one, result: z.object({ versions: z.array(versionSchema).max(100) }) },
} as const;
