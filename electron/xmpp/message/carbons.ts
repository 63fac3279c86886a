/**
 * Message carbons (XEP-0280): what other devices of this account send and get. A copy counts only when our own server
 * made it, that is, from our own bare JID (§11; the attacks of CVE-2017-5589 and its likes).
 */
import { xml } from "@xmpp/client";
import { toBare, tryJid } from "../../../shared/jid.ts";
import { carbonOf, forwardedIn } from "./parts/forwarding.ts";
import { readMessage } from "./read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const NS = "urn:xmpp:carbons:2";

/** @param server tells whether it makes copies, and whether its `<stanza-id/>` can be believed */
export function carbons({ stream, emit, rooms, heldSince }: FeaturePorts, server: ServerFeature): Feature {
  /** This process knows that the session of now gets copies. */
  let asked = false;

  return {
    name: "carbons",
    readsUnreadable: true,
    disco: [NS],
    async stanza(stanza) {
      const carbon = stanza.is("message") ? carbonOf(stanza) : undefined;
      if (carbon === undefined) return false;
      // Not even an absent `from` will do: a server that makes carbons writes it.
      if (tryJid(stanza.attrs["from"]) !== stream.account) {
        await emit({ type: "refused", what: "forged-carbon" });
        return true;
      }
      const inner = forwardedIn(carbon)?.message;
      const from = tryJid(inner?.attrs["from"]);
      const to = tryJid(inner?.attrs["to"] ?? stream.account);
      const fits =
        from !== null &&
        to !== null &&
        (carbon.name === "sent" ? toBare(from) === stream.account : toBare(to) === stream.account);
      // A room's own messages are never copied (§6.1): who sends one so wants it taken for a contact's.
      if (inner === undefined || !fits || inner.attrs["type"] === "groupchat") {
        await emit({ type: "refused", what: "wrong-carbon" });
        return true;
      }
      // The server's time stands in the copy; what stands in the message is whatever its sender wrote.
      const copied = readMessage(inner, {
        account: stream.account,
        via: "carbon",
        trustsStanzaIds: await server.trustsStanzaIds(),
        heldSince: await heldSince(stanza),
        rooms,
      });
      if (copied !== null) await emit({ type: "inbound", inbound: copied });
      return true;
    },
    async online({ resumed, bound }) {
      if (resumed && asked) return;
      asked = bound.carbons;
      if (asked || !(await server.has(NS))) return;
      try {
        await stream.request(xml("iq", { type: "set" }, xml("enable", { xmlns: NS })));
      } catch (error) {
        // Refused: then the archive brings what other devices wrote, later.
        if (!(error instanceof StanzaError)) throw error;
      }
      asked = true;
    },
  };
}
