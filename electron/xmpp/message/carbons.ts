/**
 * Message carbons (XEP-0280): copies of what other devices of this account send and receive. A copy counts only if our
 * own server made it, so it must come from our own bare JID (§11; CVE-2017-5589 and similar attacks).
 */
import { xml } from "@xmpp/client";
import { toBare, receivedJid } from "../../../shared/jid.ts";
import { hasBlanks } from "./parts/body.ts";
import { carbonOf, forwardedIn } from "./parts/forwarding.ts";
import { readMessage } from "./read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const NS = "urn:xmpp:carbons:2";

/** @param server says whether it offers carbons, and whether its `<stanza-id/>` can be trusted */
export function carbons({ stream, emit, rooms, serverReceivedAt }: FeaturePorts, server: ServerFeature): Feature {
  /** Carbons were enabled in the current session. */
  let asked = false;

  return {
    name: "carbons",
    readsUnreadable: true,
    disco: [NS],
    async stanza(stanza) {
      const carbon = stanza.is("message") ? carbonOf(stanza) : undefined;
      if (carbon === undefined) return false;
      // An absent `from` is not accepted either: servers that make carbons always write it.
      if (receivedJid(stanza.attrs["from"]) !== stream.account) {
        await emit({ type: "refused", what: "forged-carbon" });
        return true;
      }
      const inner = forwardedIn(carbon)?.message;
      const from = receivedJid(inner?.attrs["from"]);
      const to = receivedJid(inner?.attrs["to"] ?? stream.account);
      const fits =
        from !== null &&
        to !== null &&
        (carbon.name === "sent" ? toBare(from) === stream.account : toBare(to) === stream.account);
      // A room's messages are never copied (§6.1): such a copy is an attempt to pass one off as a contact's message.
      if (inner === undefined || !fits || inner.attrs["type"] === "groupchat") {
        await emit({ type: "refused", what: "wrong-carbon" });
        return true;
      }
      // Only the stamp of the copy is the server's; the one inside the message may be the sender's.
      const copied = readMessage(inner, {
        account: stream.account,
        via: "carbon",
        trustsStanzaIds: await server.trustsStanzaIds(),
        serverReceivedAt: await serverReceivedAt(stanza),
        rooms,
      });
      if (copied !== null) await emit({ type: "inbound", inbound: copied });
      else if (hasBlanks(inner)) await emit({ type: "refused", what: "blank-message" });
      return true;
    },
    async online({ resumed, bound }) {
      if (resumed && asked) return;
      asked = bound.carbons;
      if (asked || !(await server.has(NS))) return;
      try {
        await stream.request(xml("iq", { type: "set" }, xml("enable", { xmlns: NS })));
      } catch (error) {
        // If refused, the archive later brings what other devices wrote.
        if (!(error instanceof StanzaError)) throw error;
      }
      asked = true;
    },
  };
}
