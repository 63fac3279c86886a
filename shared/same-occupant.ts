/** Who is who in a room, where nicknames can change hands. Imports no schemas, so that the window can use it. */
import type { Writer } from "./model/room.ts";

export type Known = Pick<Writer, "occupantId" | "jid">;

/**
 * Is it the same person? A nickname can be taken over by somebody else; an occupant id (XEP-0421), or a real address,
 * cannot.
 * @returns null where that cannot be told
 */
export function isSameOccupant(one: Known, other: Known): boolean | null {
  if (one.jid !== null && other.jid !== null) return one.jid === other.jid;
  if (one.occupantId !== null && other.occupantId !== null) return one.occupantId === other.occupantId;
  return null;
}
