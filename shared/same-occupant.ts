/** Identity of occupants, whose nicknames can change hands. Imports no schemas, so that the window can use it. */
import type { Writer } from "./model/room.ts";

export type Known = Pick<Writer, "occupantId" | "jid">;

/**
 * Whether two occupants are the same person. A nickname can be reused by another person; an occupant id (XEP-0421) or a
 * real JID cannot.
 * @returns null when unknown
 */
export function isSameOccupant(one: Known, other: Known): boolean | null {
  if (one.jid !== null && other.jid !== null) return one.jid === other.jid;
  if (one.occupantId !== null && other.occupantId !== null) return one.occupantId === other.occupantId;
  return null;
}
