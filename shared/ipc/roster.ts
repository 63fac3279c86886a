/** IPC contract: contacts and presence subscriptions (RFC 6121 §2, §3). */
import { z } from "zod";
import { contactSchema, subscriptionRequestSchema } from "../model/contact.ts";
import { resourcePresenceSchema } from "../model/presence.ts";
import { nameSchema } from "../model/primitives.ts";
import { exactSchema, lineSchema } from "../model/text.ts";
import { cursor, noResult, noArguments, PAGE, person } from "./parts.ts";

const groups = z.array(lineSchema(256).trim().min(1)).max(50);

export const rosterCommands = {
  "roster.page": {
    args: z.strictObject({ after: cursor.optional(), limit: z.number().int().min(1).max(PAGE) }),
    result: z.object({ contacts: z.array(contactSchema), next: cursor.nullable() }),
  },
  /** Adds the contact and requests its presence. @param preauth invitation token (XEP-0379) */
  "roster.add": {
    args: person.extend({ name: nameSchema, groups, preauth: exactSchema(1024).min(1).optional() }),
    result: noResult,
  },
  "roster.rename": { args: person.extend({ name: nameSchema }), result: noResult },
  "roster.setGroups": { args: person.extend({ groups }), result: noResult },
  "roster.remove": { args: person, result: noResult },
  "contact.details": {
    args: person,
    result: z.object({ contact: contactSchema.nullable(), resources: z.array(resourcePresenceSchema) }),
  },
  "subscription.pending": { args: noArguments, result: z.object({ requests: z.array(subscriptionRequestSchema) }) },
  /** Approves the contact's subscription; if it is not in the roster yet, adds it and subscribes to it too. */
  "subscription.accept": { args: person, result: noResult },
  "subscription.deny": { args: person, result: noResult },
  /** Requests the presence of a contact (again). */
  "subscription.request": { args: person, result: noResult },
  /** Revokes the contact's subscription to our presence. */
  "subscription.cancel": { args: person, result: noResult },
  /** Ends our subscription; the contact stays in the roster. */
  "subscription.unsubscribe": { args: person, result: noResult },
} as const;

export const rosterEvents = {
  "contacts.changed": z.object({ changed: z.array(contactSchema), removed: z.array(person) }),
  /** Resources of contacts; sent for contacts with an open chat. */
  "resources.changed": z.object({
    contacts: z.array(person.extend({ resources: z.array(resourcePresenceSchema) })),
  }),
  "requests.changed": z.object({ changed: z.array(subscriptionRequestSchema), removed: z.array(person) }),
} as const;
