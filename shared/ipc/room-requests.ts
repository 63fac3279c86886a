/**
 * The part of the contract that is about asking in rooms: to be let in (XEP-0045 §7.10), and to be let speak (§7.13).
 */
import { z } from "zod";
import { filledFieldsSchema, formFieldsSchema } from "../model/form.ts";
import { accountIdSchema, bareJidSchema } from "../model/primitives.ts";
import { roomRequestSchema } from "../model/room.ts";

const nothing = z.strictObject({});
const done = z.null();
const room = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });

export const roomRequestCommands = {
  /** What a room asks of who wants to become a member. Refused where it takes nobody so. */
  "room.registration": { args: room, result: z.object({ registered: z.boolean(), fields: formFieldsSchema }) },
  /** Asks to be let in, and tries again whether that is done already. */
  "room.register": { args: room.extend({ fields: filledFieldsSchema }), result: done },
  "room.askForVoice": { args: room, result: done },
  /** Who asks us, as one who may decide: to become a member, or to speak. */
  "room.requests": { args: nothing, result: z.object({ requests: z.array(roomRequestSchema) }) },
  "room.answer": { args: room.extend({ request: z.string().max(64), allow: z.boolean() }), result: done },
} as const;
