/** Reads an archive (XEP-0313), an account's or a room's, with an independent client: the server's own view of it. */
import xml, { type Element } from "@xmpp/xml";
import type { Peer } from "../../peers/peer.ts";
import type { Shown } from "../reading/shown.ts";
import type { User } from "../writing/written.ts";

const NS_MAM = "urn:xmpp:mam:2";
const NS_RSM = "http://jabber.org/protocol/rsm";
/** Page size; the server may return fewer. */
const MOST = 200;

export interface Archived {
  archiveId: string;
  message: Element;
}

interface Query {
  /** Whose archive, if not our own. */
  of?: string;
  /** Bare JID of the other side. */
  with?: string;
  /** Reads about this many of the newest instead of all. */
  newest?: number;
}

/**
 * @param request sends a request on the peer's stream
 * @returns oldest first
 */
export async function readArchive(
  peer: Peer,
  request: (iq: Element) => Promise<Element>,
  { of, with: contact, newest = Infinity }: Query,
): Promise<Archived[]> {
  const all: Archived[] = [];
  for (let before = ""; ;) {
    const queryid = crypto.randomUUID();
    const at = peer.stanzas.length;
    const field = (name: string, value: string): Element => xml("field", { var: name }, xml("value", {}, value));
    const form = xml(
      "x",
      { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", NS_MAM),
      ...(contact === undefined ? [] : [field("with", contact)]),
    );
    const set = xml("set", { xmlns: NS_RSM }, xml("max", {}, String(MOST)), xml("before", {}, before));
    const answer = await request(
      xml(
        "iq",
        { type: "set", id: queryid, ...(of === undefined ? {} : { to: of }) },
        xml("query", { xmlns: NS_MAM, queryid }, form, set),
      ),
    );
    const results = peer.stanzas.slice(at).flatMap((stanza) => stanza.getChild("result", NS_MAM) ?? []);
    const mine = results.filter((result) => result.attrs["queryid"] === queryid);
    const page = mine.flatMap((result) => {
      const message = result.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message");
      return message === undefined ? [] : { archiveId: String(result.attrs["id"]), message };
    });
    all.unshift(...page);
    const fin = answer.getChild("fin", NS_MAM);
    const first = fin?.getChild("set", NS_RSM)?.getChildText("first");
    if (fin?.attrs["complete"] === "true" || mine.length === 0 || !first || all.length >= newest) return all;
    before = first;
  }
}

/**
 * What a client would show of an archive: corrections (XEP-0308), retractions (XEP-0424) and reactions (XEP-0444)
 * change the texts that they name.
 * @param authorOf who wrote a message; null: nobody who counts
 */
export function shownIn(archive: readonly Archived[], authorOf: (message: Element) => User | null): Shown[] {
  const shown: Shown[] = [];
  const named = new Map<string, Shown>();
  for (const { archiveId, message } of archive) {
    const by = authorOf(message);
    if (by === null) continue;
    const retract = message.getChild("retract", "urn:xmpp:message-retract:1");
    const reactions = message.getChild("reactions", "urn:xmpp:reactions:0");
    const replace = message.getChild("replace", "urn:xmpp:message-correct:0");
    const body = message.getChildText("body");
    const target = named.get(String((retract ?? reactions ?? replace)?.attrs["id"]));
    if (retract !== undefined) {
      if (target !== undefined) target.body = null;
    } else if (reactions !== undefined) {
      if (target !== undefined) target.reactions![by] = reactions.getChildren("reaction").map((one) => one.text());
    } else if (body !== null && replace !== undefined) {
      target?.versions?.push(body);
      if (target !== undefined && target.body !== null) target.body = body;
    } else if (body !== null) {
      const text: Shown = { by, body, versions: [body], reactions: { alice: [], bob: [] } };
      shown.push(text);
      named.set(archiveId, text);
      named.set(String(message.attrs["id"]), text);
    }
  }
  return shown;
}
