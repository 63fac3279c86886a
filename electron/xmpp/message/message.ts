/**
 * Live messages outside rooms (RFC 6121 §5), plain or encrypted (XEP-0384), with receipts (XEP-0184) and markers
 * (XEP-0333).
 */
import type { Feature, FeaturePorts } from "../feature.ts";
import { hasBlanks } from "./parts/body.ts";
import { NS_CHAT_STATES } from "./chat-states.ts";
import { NS_CORRECT } from "./parts/corrections.ts";
import { NS_ATTACH } from "./parts/files/attached-sources.ts";
import { NS_EME } from "./parts/foreign-encryption.ts";
import { isCopy } from "./parts/forwarding.ts";
import { NS_REACTIONS } from "./parts/reactions.ts";
import { NS_MARKERS, NS_RECEIPTS } from "./parts/receipts.ts";
import { NS_RETRACT } from "./parts/retractions.ts";
import { NS_STYLING } from "./parts/styling/unstyled.ts";
import { readMessage } from "./read.ts";
import type { ServerFeature } from "../services/server.ts";

/**
 * @param server says whether its `<stanza-id/>` can be trusted
 * @param sendsChatStates the user lets us send chat states, so we announce them (XEP-0085 §4)
 */
export function messages(
  { stream, emit, rooms, serverReceivedAt }: FeaturePorts,
  server: Pick<ServerFeature, "trustsStanzaIds">,
  sendsChatStates: () => boolean = () => false,
): Feature {
  return {
    name: "message",
    readsUnreadable: true,
    get disco() {
      const always = [NS_RECEIPTS, NS_MARKERS, NS_REACTIONS, NS_CORRECT, NS_RETRACT, NS_EME, NS_STYLING, NS_ATTACH];
      return sendsChatStates() ? [...always, NS_CHAT_STATES] : always;
    },
    async stanza(stanza) {
      if (!stanza.is("message")) return false;
      // Carbons and archive results are read by their own features; any other wrapper is dropped.
      if (isCopy(stanza)) return true;
      const inbound = readMessage(stanza, {
        account: stream.account,
        via: "live",
        trustsStanzaIds: await server.trustsStanzaIds(),
        serverReceivedAt: await serverReceivedAt(stanza),
        rooms,
      });
      if (inbound !== null) await emit({ type: "inbound", inbound });
      else if (hasBlanks(stanza)) await emit({ type: "refused", what: "blank-message" });
      return true;
    },
  };
}
