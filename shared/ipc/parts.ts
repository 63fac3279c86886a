/** What the parts of the contract share. */
import { z } from "zod";
import { accountIdSchema, bareJidSchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";

export const nothing = z.strictObject({});
export const done = z.null();
export const account = z.strictObject({ account: accountIdSchema });
export const person = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
export const room = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
export const ownMessage = z.strictObject({ account: accountIdSchema, id: messageIdSchema });
/** What a moderator says to it. */
export const reason = linesSchema(512);

/** Largest number of entries in one page of a list. */
export const PAGE = 200;
/** Opaque cursor of a list; absent for the first page. */
export const cursor = z.string().max(4096);
