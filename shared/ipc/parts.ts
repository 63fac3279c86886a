/** Schemas shared by the files of the IPC contract. */
import { z } from "zod";
import { accountIdSchema, bareJidSchema, messageIdSchema } from "../model/primitives.ts";
import { linesSchema } from "../model/text.ts";

export const noArguments = z.strictObject({});
export const noResult = z.null();
export const account = z.strictObject({ account: accountIdSchema });
export const person = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
export const room = z.strictObject({ account: accountIdSchema, jid: bareJidSchema });
export const ownMessage = z.strictObject({ account: accountIdSchema, id: messageIdSchema });
/** The reason that a moderator gives. */
export const reason = linesSchema(512);

/** Largest number of entries in one page of a list. */
export const PAGE = 200;
/** Opaque list cursor; absent for the first page. */
export const cursor = z.string().max(4096);
