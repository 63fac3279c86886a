/** Building blocks of all models. Sizes limit what crosses IPC, not what XMPP allows. */
import { z } from "zod";
import { isBare, localOf, receivedJid, tryJid, type BareJid, type Jid } from "../jid.ts";
import { lineSchema } from "./text.ts";

/** A bare JID that a server passed on; normalises its input. The window checks what a person types. */
export const bareJidSchema = z
  .string()
  .max(3071)
  .transform((text, context): BareJid => {
    const jid = receivedJid(text);
    if (jid !== null && isBare(jid)) return jid;
    context.addIssue({ code: "custom", message: "not a bare JID" });
    return z.NEVER;
  });

/** A bare JID that keeps the rules of RFC 7622: of an account of ours. */
export const ownJidSchema = z
  .string()
  .max(3071)
  .transform((text, context): BareJid => {
    const jid = tryJid(text);
    if (jid !== null && isBare(jid)) return jid;
    context.addIssue({ code: "custom", message: "not the address of an account" });
    return z.NEVER;
  });

/** A bare or full JID that a server passed on; normalises its input. */
export const jidSchema = z
  .string()
  .max(3071)
  .transform((text, context): Jid => {
    const jid = receivedJid(text);
    if (jid !== null) return jid;
    context.addIssue({ code: "custom", message: "not a JID" });
    return z.NEVER;
  });

/** The JID of a chat: bare for a contact or a room, full for private messages with an occupant (XEP-0045 §7.5). */
export const chatJidSchema = z
  .string()
  .max(3071)
  .transform((text, context): Jid => {
    const jid = receivedJid(text);
    if (jid !== null && (isBare(jid) || localOf(jid) !== "")) return jid;
    context.addIssue({ code: "custom", message: "not the address of a chat" });
    return z.NEVER;
  });

/** Local id of an account: stable, opaque, never shown. */
export const accountIdSchema = z
  .string()
  .regex(/^[a-z0-9]{8,32}$/)
  .brand<"AccountId">();
export type AccountId = z.infer<typeof accountIdSchema>;

/** Row id of a message in the local store; neither a stanza id nor an archive id. */
export const messageIdSchema = z.number().int().positive().brand<"MessageId">();
export type MessageId = z.infer<typeof messageIdSchema>;

/** Milliseconds since 1970-01-01T00:00Z. */
export const timeSchema = z.number().int().nonnegative();

/** A name typed by the user, one line. Empty: none. */
export const nameSchema = lineSchema(256).trim();

/** One chat of one account. */
export const chatKeySchema = z.strictObject({ account: accountIdSchema, jid: chatJidSchema });
export type ChatKey = z.infer<typeof chatKeySchema>;
/** A contact or a room, by bare JID. */
export type BareKey = ChatKey & { jid: BareJid };
