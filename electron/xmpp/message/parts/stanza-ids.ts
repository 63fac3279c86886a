/** The ids of a message (XEP-0359). */
import type { Element } from "@xmpp/xml";
import { receivedJid, type BareJid } from "../../../../shared/jid.ts";

const NS = "urn:xmpp:sid:0";
const MOST_ID = 1024;

/** A non-empty id of at most 1,024 UTF-16 units, else null. */
export const shortId = (id: unknown): string | null =>
  typeof id === "string" && id !== "" && id.length <= MOST_ID ? id : null;

export const originIdIn = (stanza: Element): string | null => shortId(stanza.getChild("origin-id", NS)?.attrs["id"]);

/** The id that the owner of an archive assigned (§3). Null if there are two, because one is forged. */
export function archiveIdIn(stanza: Element, archive: BareJid): string | null {
  const ids = stanza.getChildren("stanza-id", NS).filter((one) => receivedJid(one.attrs["by"]) === archive);
  return ids.length === 1 ? shortId(ids[0]!.attrs["id"]) : null;
}
