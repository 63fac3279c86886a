/** Who may change a message: only its author (CVE-2022-39835 and similar). Pure. */
import type { Author } from "../../model/message.ts";

/**
 * Whether two authors are certainly the same person. For a contact the bare JID decides. In a room it is the occupant
 * id (XEP-0421 §4); without one, the real address; without that, the same nickname in one uninterrupted presence,
 * because somebody else can take over a nickname (XEP-0308 §5).
 */
export function isSameAuthor(one: Author, other: Author): boolean {
  if (one.outgoing !== other.outgoing || one.address !== other.address) return false;
  const [a, b] = [one.occupant, other.occupant];
  if (a === null || b === null) return a === b;
  if (a.jid !== null && b.jid !== null && a.jid !== b.jid) return false;
  if (a.occupantId !== null || b.occupantId !== null) return a.occupantId === b.occupantId;
  if (a.jid !== null && b.jid !== null) return true;
  return a.nickname === b.nickname && one.occupancy !== null && one.occupancy === other.occupancy;
}

/** Only the nickname of an occupant is known, so they are nobody's same author. */
export const isNobody = ({ occupant, occupancy }: Author): boolean =>
  occupant !== null && occupant.occupantId === null && occupant.jid === null && occupancy === null;
