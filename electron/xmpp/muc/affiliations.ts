/** Affiliation changes of people who are not in the room (XEP-0045 §9.3 to §10.6, status 101). */
import type { Element } from "@xmpp/xml";
import { isBare, toBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import { affiliationSchema, type Affiliation } from "../../../shared/model/room.ts";
import { NS_MUC_USER } from "./presence.ts";

/** @returns null for any message that is not an affiliation change sent by the room itself */
export function readAffiliation(stanza: Element): { jid: BareJid; affiliation: Affiliation } | null {
  const from = receivedJid(stanza.attrs["from"]);
  if (from === null || !isBare(from) || stanza.attrs["type"] === "error" || stanza.getChild("body") !== undefined)
    return null;
  const item = stanza.getChild("x", NS_MUC_USER)?.getChild("item");
  const jid = receivedJid(item?.attrs["jid"]);
  const affiliation = affiliationSchema.safeParse(item?.attrs["affiliation"]);
  return jid === null || !affiliation.success ? null : { jid: toBare(jid), affiliation: affiliation.data };
}
