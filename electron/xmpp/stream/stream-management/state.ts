/** The persisted state for resuming a session (XEP-0198 §5), also after a restart. */
import { z } from "zod";
import { log } from "../../../log/log.ts";

const counter = z.number().int().min(0).max(0xffff_ffff);

const stateSchema = z.object({
  /** Id of the session, null if the server does not allow resumption. */
  id: z.string().max(4096).nullable(),
  jid: z.string().max(3071),
  /** Preferred host for resumption, `host` or `host:port`. */
  location: z.string().max(300).nullable(),
  /** Seconds for which the server keeps the session (XEP-0198 §3); null if not announced. */
  max: z.number().int().positive().nullable().default(null),
  /** When the link was lost, ms; null while it is up, and if the process ended with it. */
  lostAt: z.number().nullable().default(null),
  /** Number of the server's stanzas that were handled and committed. */
  handled: counter,
  /** Number of our stanzas that the server has acknowledged. */
  acked: counter,
  /** Sent, unacknowledged stanzas, oldest first. */
  queue: z.array(
    z.object({
      xml: z.string(),
      tag: z.string().nullable(),
      /** It is counted, but not sent again. */
      fleeting: z.literal(true).optional(),
    }),
  ),
});
export type SmState = z.infer<typeof stateSchema>;

/** @returns null if nothing usable is stored */
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

/** Number of stanzas that `h` acknowledges in addition to `acked`, across the wrap. */
export const beyond = (h: number, acked: number): number => (h - acked + 0x1_0000_0000) % 0x1_0000_0000;

/** Parses an `h` attribute; null if invalid. */
export function readH(text: unknown): number | null {
  if (typeof text !== "string" || !/^\d{1,10}$/.test(text)) return null;
  const h = Number(text);
  return h > 0xffff_ffff ? null : h;
}

/**
 * The handled count, considering the one stored with the effects of stanzas.
 * @param kept `session-id count`, as stored with the last stanza that had an effect
 */
export function furthest({ id, handled }: SmState, kept: string | null): number {
  const [, session, text] = /^(.*) (\d+)$/s.exec(kept ?? "") ?? [];
  const count = readH(text);
  if (session !== id || count === null) return handled;
  return beyond(count, handled) < 0x8000_0000 ? count : handled;
}

/** Whether the server still has the session, according to its announced time. A clock that was set back is ignored. */
export const mayResume = ({ id, max, lostAt }: SmState, now: number): boolean =>
  id !== null && (max === null || lostAt === null || now - lostAt <= max * 1000);
