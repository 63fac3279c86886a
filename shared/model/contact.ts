/** The roster (RFC 6121 §2). */
import { z } from "zod";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { showSchema } from "./presence.ts";
import { shownSchema } from "./text.ts";

export const subscriptionSchema = z.enum(["none", "to", "from", "both"]);
export type Subscription = z.infer<typeof subscriptionSchema>;

export const contactSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  /** The name that the user gave; empty: none. */
  name: shownSchema(1024),
  groups: z.array(shownSchema(1024)).max(100),
  subscription: subscriptionSchema,
  /** Our subscription request is pending (RFC 6121 §2.1.2.2). */
  asked: z.boolean(),
  /** Presence of the best resource; `offline` if there is none. */
  show: showSchema,
  status: shownSchema(1024),
});
export type Contact = z.infer<typeof contactSchema>;

/** A request to see our presence (RFC 6121 §3.1.3). */
export const subscriptionRequestSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  /** Nickname (XEP-0172), if the request had one; untrusted. */
  nickname: shownSchema(256),
  message: shownSchema(1024),
  receivedAt: timeSchema,
});
export type SubscriptionRequest = z.infer<typeof subscriptionRequestSchema>;
