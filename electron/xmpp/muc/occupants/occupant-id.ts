/** Occupant ids: assigned by the room, so that nobody can forge them (XEP-0421). */
import type { Element } from "@xmpp/xml";

const NS = "urn:xmpp:occupant-id:0";
/** Maximum length in UTF-16 units. Rooms send hashes. */
const MOST = 256;

/**
 * @returns null if there is none or it is too long: two truncated ids with the same beginning would be the same person
 */
export function occupantIdIn(stanza: Element): string | null {
  const id: unknown = stanza.getChild("occupant-id", NS)?.attrs["id"];
  return typeof id === "string" && id !== "" && id.length <= MOST ? id : null;
}
