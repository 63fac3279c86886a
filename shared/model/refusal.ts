/** A request of ours that was sent without waiting for an answer, and refused by an error (RFC 6120 §8.3). */
import { z } from "zod";
import { accountIdSchema, bareJidSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

/** What was requested. Each has a sentence `refused.<kind>` in the catalogue. */
export const requestKinds = [
  "nickname", // another one in a room (XEP-0045 §7.6)
  "subject", // of a room (§8.1)
  "invitation", // into a room (§7.8, XEP-0249)
  "voice", // in a room (§7.13)
  "answer", // ours to a request in a room (§8.6, §9.9)
  "subscription", // to a contact's presence (RFC 6121 §3.1)
] as const;

export const refusalSchema = z.object({
  account: accountIdSchema,
  /** The room, or the contact. */
  jid: bareJidSchema,
  what: z.enum(requestKinds),
  /** The nickname, or the person whom the request concerns. */
  name: shownSchema(3071).nullable(),
  /** The stanza error condition (RFC 6120 §8.3.3), or `declined` (XEP-0045 §7.8.2), and the other side's text. */
  condition: shownSchema(64),
  text: shownSchema(512),
});
export type Refusal = z.infer<typeof refusalSchema>;
