/**
 * Answers of services and other entities: discovery, ad-hoc commands, vCards, pubsub (XEP-0030, XEP-0050, XEP-0054,
 * XEP-0060).
 */
import { z } from "zod";
import { formFieldsSchema } from "./form.ts";
import { jidSchema } from "./primitives.ts";

/** A form of type `result` (XEP-0004 §3.4), as text. */
export const resultSchema = z.object({
  facts: z
    .array(
      z.object({
        name: z.string().max(256),
        label: z.string().max(512),
        values: z.array(z.string().max(4096)).max(500),
      }),
    )
    .max(200),
  columns: z.array(z.string().max(512)).max(20),
  rows: z.array(z.array(z.string().max(1024)).max(20)).max(500),
});
export type Result = z.infer<typeof resultSchema>;

export const commandActionSchema = z.enum(["prev", "next", "complete", "cancel"]);
export type CommandAction = z.infer<typeof commandActionSchema>;

/** A step of an ad-hoc command (XEP-0050 §3). */
export const commandStepSchema = z.object({
  /** The session id to pass to the next step; null: the service keeps no session. */
  session: z.string().max(1024).nullable(),
  status: z.enum(["executing", "completed", "canceled"]),
  title: z.string().max(256),
  instructions: z.string().max(4096),
  /** The form to fill in. */
  fields: formFieldsSchema,
  /** The result of the command. */
  result: resultSchema,
  notes: z.array(z.object({ tone: z.enum(["info", "warn", "error"]), text: z.string().max(2048) })).max(20),
  /** Available actions besides `cancel`, the default first. */
  actions: z.array(commandActionSchema.exclude(["cancel"])).max(3),
});
export type CommandStep = z.infer<typeof commandStepSchema>;

/** Why a service refused a request (RFC 6120 §8.3.3), with its text. */
export const refusalReasons = [
  "forbidden",
  "not-found",
  "unsupported",
  "unreachable",
  "bad",
  "later",
  "other",
] as const;
export const refusalSchema = z.object({ why: z.enum(refusalReasons), text: z.string().max(512) });
export type Refusal = z.infer<typeof refusalSchema>;

/** The result of a query to a service: an answer or a refusal, never both. */
export const answeredSchema = <Answer extends z.ZodType>(answer: Answer) =>
  z.object({ answer: answer.nullable(), refusal: refusalSchema.nullable() });

export const commandListSchema = z.array(z.object({ node: z.string().max(1024), name: z.string().max(256) })).max(200);

/** Identities and features of an entity (XEP-0030 §3). */
export const discoInfoSchema = z.object({
  identities: z
    .array(z.object({ category: z.string().max(128), type: z.string().max(128), name: z.string().max(256) }))
    .max(50),
  features: z.array(z.string().max(512)).max(500),
});
export type DiscoInfo = z.infer<typeof discoInfoSchema>;

/** Items of an entity (XEP-0030 §4). `cut`: the list is truncated. */
export const discoItemsSchema = z.object({
  items: z.array(z.object({ jid: jidSchema, node: z.string().max(1024), name: z.string().max(256) })).max(500),
  cut: z.boolean(),
});
export type DiscoItems = z.infer<typeof discoItemsSchema>;

/** The vCard fields that are shown; texts only. */
export const cardFields = [
  "name",
  "nickname",
  "birthday",
  "organisation",
  "title",
  "role",
  "email",
  "phone",
  "address",
  "jid",
  "page",
  "language",
  "note",
] as const;
export const cardSchema = z.array(z.object({ field: z.enum(cardFields), text: z.string().max(4096) })).max(100);
export type Card = z.infer<typeof cardSchema>;

/** State of a subscription to a node (XEP-0060 §4.2). */
export const nodeSubscriptionSchema = z.enum(["none", "pending", "unconfigured", "subscribed"]);
export type NodeSubscription = z.infer<typeof nodeSubscriptionSchema>;

/** Items of a node as text, one element a line. `cut`: the text is truncated. */
export const nodeItemsSchema = z
  .array(z.object({ id: z.string().max(1024), text: z.string().max(8192), cut: z.boolean() }))
  .max(20);
export type NodeItems = z.infer<typeof nodeItemsSchema>;
