/** The small pieces that every model is built of. Sizes are limits on what crosses IPC, not on XMPP. */
import { z } from "zod";
import { isBare, localOf, tryJid, type BareJid, type Jid } from "../jid.ts";
import { lineSchema } from "./text.ts";

/** A bare JID; input is normalised, anything else is refused. */
export const bareJidSchema = z
  .string()
  .max(3071)
  .transform((text, context): BareJid => {
    const jid = tryJid(text);
    if (jid !== null && isBare(jid)) return jid;
    context.addIssue({ code: "custom", message: "not a bare JID" });
    return z.NEVER;
  });

/** Any address; input is normalised. */
export const jidSchema = z
  .string()
  .max(3071)
  .transform((text, context): Jid => {
    const jid = tryJid(text);
    if (jid !== null) return jid;
    context.addIssue({ code: "custom", message: "not a JID" });
    return z.NEVER;
  });

/**
 * With whom a chat is: a contact or a room, or, by a full JID, an occupant of a room, for private messages (XEP-0045
 * §7.5).
 */
export const chatJidSchema = z
  .string()
  .max(3071)
  .transform((text, context): Jid => {
    const jid = tryJid(text);
    if (jid !== null && (isBare(jid) || localOf(jid) !== "")) return jid;
    context.addIssue({ code: "custom", message: "not the address of a chat" });
    return z.NEVER;
  });

/** Our own name for an account: stable, opaque, never shown. */
export const accountIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,32}$/)
  .brand<"AccountId">();
export type AccountId = z.infer<typeof accountIdSchema>;

/** The row number of a message in the local store. Not a stanza id, not an archive id. */
export const messageIdSchema = z.number().int().positive().brand<"MessageId">();
export type MessageId = z.infer<typeof messageIdSchema>;

/** Milliseconds since 1970-01-01T00:00Z. */
export const timeSchema = z.number().int().nonnegative();

/** What a person types as a name: one line. Empty: none. */
export const nameSchema = lineSchema(256).trim();

/** One chat of one account. */
export const chatKeySchema = z.strictObject({ account: accountIdSchema, jid: chatJidSchema });
export type ChatKey = z.infer<typeof chatKeySchema>;
/** Somebody, or a room, by their own address. */
export type BareKey = ChatKey & { jid: BareJid };
