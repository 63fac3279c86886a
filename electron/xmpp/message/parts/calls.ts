/** Proposals of calls (XEP-0353 §3.1). */
import type { Element } from "@xmpp/xml";
import { shortId } from "./stanza-ids.ts";

const NS_PROPOSE = "urn:xmpp:jingle-message:0";
const NS_RTP = "urn:xmpp:jingle:apps:rtp:1";

/** The session id of a proposed call with sound or picture (XEP-0167); null: the message proposes none. */
export function proposedCall(stanza: Element): string | null {
  const propose = stanza.getChild("propose", NS_PROPOSE);
  return propose?.getChild("description", NS_RTP) === undefined ? null : shortId(propose.attrs["id"]);
}
