/**
 * Messages as they come live outside rooms (RFC 6121 §5), plain or encrypted (XEP-0384), with receipts (XEP-0184) and
 * markers (XEP-0333).
 */
import { AMENDMENT_FEATURES } from "./amendments.ts";
import { isCopy, NS_MARKERS, NS_RECEIPTS, readContent } from "./content.ts";
import type { Content } from "../events.ts";
import type { Feature, FeaturePorts } from "../ports.ts";
import { NS_REACTIONS } from "./reactions.ts";
import type { ServerFeature } from "../services/server.ts";

/** Hands to the core what a message stanza holds. Settles when it is committed. */
export async function emitContent(emit: FeaturePorts["emit"], content: Content, copied: boolean): Promise<void> {
  if (content === null) return;
  if (content.kind === "message") await emit({ type: "message.received", message: content.message, copied });
  else if (content.kind === "amendment") await emit({ type: "message.amended", amendment: content.amendment });
  else if (content.kind === "mark") await emit({ type: "message.marked", mark: content.mark });
  else await emit({ type: "message.bounced", ...content.bounce });
}

/** @param server tells whether `<stanza-id/>` can be believed */
export function messages(
  { stream, emit, rooms, heldSince }: FeaturePorts,
  server: Pick<ServerFeature, "trustsStanzaIds">,
): Feature {
  return {
    name: "message",
    readsUnreadable: true,
    disco: [NS_RECEIPTS, NS_MARKERS, NS_REACTIONS, ...AMENDMENT_FEATURES],
    async stanza(stanza) {
      if (!stanza.is("message")) return false;
      // Carbons and archive results have rooms of their own; whatever else carries a stanza is thrown away.
      if (isCopy(stanza)) return true;
      const trustsStanzaIds = await server.trustsStanzaIds();
      const origin = {
        account: stream.account,
        copied: false,
        trustsStanzaIds,
        heldSince: await heldSince(stanza),
        rooms,
      };
      await emitContent(emit, readContent(stanza, origin), false);
      return true;
    },
  };
}
