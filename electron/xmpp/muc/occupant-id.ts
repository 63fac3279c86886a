/** The id that a room gives an occupant and nobody can forge (XEP-0421). */
import type { Element } from "@xmpp/xml";

const NS = "urn:xmpp:occupant-id:0";
/** UTF-16 units; rooms send hashes. */
const MOST = 256;

/**
 * @returns null where there is none, or a longer one: two whose beginning is the same would be taken for the same
 * person
 */
export function occupantIdIn(stanza: Element): string | null {
  const id: unknown = stanza.getChild("occupant-id", NS)?.attrs["id"];
  return typeof id === "string" && id !== "" && id.length <= MOST ? id : null;
}
