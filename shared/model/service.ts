/**
 * What services and other addresses say of themselves, and commands that they offer (XEP-0030, XEP-0050, XEP-0054,
 * XEP-0060).
 */
import { z } from "zod";
import { formFieldsSchema } from "./form.ts";
import { jidSchema } from "./primitives.ts";

/** What a service answers that is not to be filled in (XEP-0004 §3.4), as text. */
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

/** Where a command stands (XEP-0050 §3). */
export const commandStepSchema = z.object({
  /** Hands the next step back to it; null: the service keeps none. */
  session: z.string().max(1024).nullable(),
  status: z.enum(["executing", "completed", "canceled"]),
  title: z.string().max(256),
  instructions: z.string().max(4096),
  /** What the service asks. */
  fields: formFieldsSchema,
  /** What it answers. */
  result: resultSchema,
  notes: z.array(z.object({ tone: z.enum(["info", "warn", "error"]), text: z.string().max(2048) })).max(20),
  /** What can be done beside `cancel`, the usual one first. */
  actions: z.array(commandActionSchema.exclude(["cancel"])).max(3),
});
export type CommandStep = z.infer<typeof commandStepSchema>;

/** Why a service does not do what it was asked (RFC 6120 §8.3.3), with what it says to it. */
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

/** What came of a question to a service: an answer, or else a refusal. */
export const answeredSchema = <Answer extends z.ZodType>(answer: Answer) =>
  z.object({ answer: answer.nullable(), refusal: refusalSchema.nullable() });

export const commandListSchema = z.array(z.object({ node: z.string().max(1024), name: z.string().max(256) })).max(200);

/** What an address says that it is and can do (XEP-0030 §3). */
export const discoInfoSchema = z.object({
  identities: z
    .array(z.object({ category: z.string().max(128), type: z.string().max(128), name: z.string().max(256) }))
    .max(50),
  features: z.array(z.string().max(512)).max(500),
});
export type DiscoInfo = z.infer<typeof discoInfoSchema>;

/** What belongs to an address (XEP-0030 §4). `cut`: there are more, which are not shown. */
export const discoItemsSchema = z.object({
  items: z.array(z.object({ jid: jidSchema, node: z.string().max(1024), name: z.string().max(256) })).max(500),
  cut: z.boolean(),
});
export type DiscoItems = z.infer<typeof discoItemsSchema>;

/** The entries of a vCard that are shown; texts only. */
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

/** How it is with a subscription to a node (XEP-0060 §4.2). */
export const nodeSubscriptionSchema = z.enum(["none", "pending", "unconfigured", "subscribed"]);
export type NodeSubscription = z.infer<typeof nodeSubscriptionSchema>;

/** Items of a node as text, an element a line. `cut`: part of it is left out. */
export const nodeItemsSchema = z
  .array(z.object({ id: z.string().max(1024), text: z.string().max(8192), cut: z.boolean() }))
  .max(20);
export type NodeItems = z.infer<typeof nodeItemsSchema>;
