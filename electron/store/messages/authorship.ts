/** Who may change a message: only who wrote it (CVE-2022-39835 and its likes). Pure. */
import type { Author } from "../../model/message.ts";

/**
 * The same person, for certain. With one contact the bare JID says it. In a room it is the occupant id (XEP-0421 §4),
 * where there is none the real address, and where nobody sees that either, the same nickname in one uninterrupted
 * presence: a nickname alone can be taken over by somebody else (XEP-0308 §5).
 */
export function isSameAuthor(one: Author, other: Author): boolean {
  if (one.outgoing !== other.outgoing || one.address !== other.address) return false;
  const [a, b] = [one.occupant, other.occupant];
  if (a === null || b === null) return a === b;
  if (a.jid !== null && b.jid !== null && a.jid !== b.jid) return false;
  if (a.occupantId !== null || b.occupantId !== null) return a.occupantId === b.occupantId;
  if (a.jid !== null && b.jid !== null) return true;
  return a.nickname === b.nickname && one.stay !== null && one.stay === other.stay;
}

/** Nothing is known of an occupant but a nickname, so they are nobody's same author. */
export const isNobody = ({ occupant, stay }: Author): boolean =>
  occupant !== null && occupant.occupantId === null && occupant.jid === null && stay === null;
