/**
 * Addresses of occupants, with whom private messages are exchanged (XEP-0045 §7.5). Pure; by hand, since the import of
 * shared/jid.ts would bring the tables of JIDs along.
 */
import type { BareJid, FullJid, Jid } from "../../../shared/jid.ts";

export const isPrivate = (jid: Jid): jid is FullJid => jid.includes("/");

/** The room and the nickname in it; the slash that ends the room is the first. */
export function partsOf(jid: FullJid): { room: BareJid; nickname: string } {
  const slash = jid.indexOf("/");
  return { room: jid.slice(0, slash) as BareJid, nickname: jid.slice(slash + 1) };
}

/** @param nickname of an occupant, as the room wrote it */
export const occupantAddress = (room: BareJid, nickname: string): FullJid => `${room}/${nickname}` as FullJid;
