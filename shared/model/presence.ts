/** Presence (RFC 6121 §4). */
import { z } from "zod";
import { MOST_OF_JID } from "../jid.ts";
import { timeSchema } from "./primitives.ts";
import { linesSchema, shownSchema } from "./text.ts";

/** `available`: no `<show/>` element; `offline`: unavailable. */
export const showSchema = z.enum(["chat", "available", "away", "xa", "dnd", "offline"]);
export type Show = z.infer<typeof showSchema>;

/** One resource of a contact. */
export const resourcePresenceSchema = z.object({
  resource: z.string().max(MOST_OF_JID),
  show: showSchema,
  status: shownSchema(1024),
  /** RFC 6121 §4.7.2.3: −128 to 127 */
  priority: z.number().int().min(-128).max(127),
  since: timeSchema,
  /** Name of the client software if known, else empty. */
  client: shownSchema(128),
});
export type ResourcePresence = z.infer<typeof resourcePresenceSchema>;

/** The user's own presence. */
export const ownPresenceSchema = z.strictObject({
  show: z.enum(["chat", "available", "away", "xa", "dnd"]),
  status: linesSchema(1024),
});
export type OwnPresence = z.infer<typeof ownPresenceSchema>;

/** From most to least reachable. */
const REACH: readonly Show[] = ["chat", "available", "away", "xa", "dnd", "offline"];

/**
 * The resource that represents the contact: highest priority, then most reachable, then newest (RFC 6121 §8.5.2.1.1
 * leaves the choice among equals to the client). Null when none is online.
 */
export function bestPresence(resources: readonly ResourcePresence[]): ResourcePresence | null {
  let best: ResourcePresence | null = null;
  for (const one of resources) {
    if (one.show === "offline") continue;
    if (best === null || compare(one, best) < 0) best = one;
  }
  return best;
}

function compare(a: ResourcePresence, b: ResourcePresence): number {
  return b.priority - a.priority || REACH.indexOf(a.show) - REACH.indexOf(b.show) || b.since - a.since;
}
