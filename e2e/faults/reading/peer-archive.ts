/** Reads an account's archive (XEP-0313) with an independent client: the server's own view of a chat. */
import xml, { type Element } from "@xmpp/xml";
import type { Peer } from "../../peers/peer.ts";

const NS_MAM = "urn:xmpp:mam:2";
const NS_RSM = "http://jabber.org/protocol/rsm";
/** Page size; the server may return fewer. */
const MOST = 200;

/**
 * @param request sends a request on the peer's stream
 * @param contact bare JID of the other side
 * @param newest reads about this many of the newest instead of all
 * @returns the texts, oldest first
 */
export async function readArchive(
  peer: Peer,
  request: (iq: Element) => Promise<Element>,
  contact: string,
  newest = Infinity,
): Promise<string[]> {
  const texts: string[] = [];
  for (let before = ""; ;) {
    const queryid = crypto.randomUUID();
    const at = peer.stanzas.length;
    const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));
    const form = xml(
      "x",
      { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", NS_MAM),
      field("with", contact),
    );
    const set = xml("set", { xmlns: NS_RSM }, xml("max", {}, String(MOST)), xml("before", {}, before));
    const answer = await request(
      xml("iq", { type: "set", id: queryid }, xml("query", { xmlns: NS_MAM, queryid }, form, set)),
    );
    const results = peer.stanzas.slice(at).flatMap((stanza) => stanza.getChild("result", NS_MAM) ?? []);
    const mine = results.filter((result) => result.attrs["queryid"] === queryid);
    const bodies = mine.map((result) =>
      result.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message")?.getChildText("body"),
    );
    texts.unshift(...bodies.filter((body) => typeof body === "string"));
    const fin = answer.getChild("fin", NS_MAM);
    const first = fin?.getChild("set", NS_RSM)?.getChildText("first");
    if (fin?.attrs["complete"] === "true" || mine.length === 0 || !first || texts.length >= newest) return texts;
    before = first;
  }
}
