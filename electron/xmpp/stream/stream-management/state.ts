/** What must be remembered to resume a session (XEP-0198 §5), also by a restarted process. */
import { z } from "zod";
import { log } from "../../../log/log.ts";

const counter = z.number().int().min(0).max(0xffff_ffff);

const stateSchema = z.object({
  /** The id of the session, null when the server does not let it be resumed. */
  id: z.string().max(4096).nullable(),
  jid: z.string().max(3071),
  /** Preferred host to come back to, `host` or `host:port`. */
  location: z.string().max(300).nullable(),
  /** Seconds for which the server lets the session be resumed (XEP-0198 §3); null when it did not say. */
  max: z.number().int().positive().nullable().default(null),
  /** When the link was lost, ms; null while it is up, and where the process ended with it. */
  lostAt: z.number().nullable().default(null),
  /** Stanzas of the server that were handled and committed. */
  handled: counter,
  /** Stanzas of ours that the server has acknowledged. */
  acked: counter,
  /** What was sent and not yet acknowledged, oldest first. */
  queue: z.array(z.object({ xml: z.string(), tag: z.string().nullable() })),
});
export type SmState = z.infer<typeof stateSchema>;

/** @returns null when nothing usable was kept */
export function readState(kept: string | null): SmState | null {
  if (kept === null) return null;
  try {
    return stateSchema.parse(JSON.parse(kept));
  } catch (error) {
    log.warn("xmpp/stream-management", "the record of the session cannot be read", error);
    return null;
  }
}

/** Counters wrap at 2^32 (XEP-0198 §4). */
export const wrap = (count: number): number => count % 0x1_0000_0000;

/** How many stanzas an `h` acknowledges beyond those known, across the wrap. */
export const beyond = (h: number, acked: number): number => (h - acked + 0x1_0000_0000) % 0x1_0000_0000;

/** An `h` attribute, null when it is none. */
export function readH(text: unknown): number | null {
  if (typeof text !== "string" || !/^\d{1,10}$/.test(text)) return null;
  const h = Number(text);
  return h > 0xffff_ffff ? null : h;
}

/**
 * How many stanzas were handled, where their effects keep the count beside the state.
 * @param kept `session-id count`, as the last stanza with an effect left it
 */
export function furthest({ id, handled }: SmState, kept: string | null): number {
  const [, session, text] = /^(.*) (\d+)$/s.exec(kept ?? "") ?? [];
  const count = readH(text);
  if (session !== id || count === null) return handled;
  return beyond(count, handled) < 0x8000_0000 ? count : handled;
}

/** Whether the server still has the session, as far as it said: a clock that was put back says nothing. */
export const mayResume = ({ id, max, lostAt }: SmState, now: number): boolean =>
  id !== null && (max === null || lostAt === null || now - lostAt <= max * 1000);
