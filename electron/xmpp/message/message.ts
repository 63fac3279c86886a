/**
 * One-to-one messages as they come and go live (RFC 6121 §5), plain or encrypted (XEP-0384), with receipts (XEP-0184)
 * and markers (XEP-0333).
 */
import xml, { type Element } from "@xmpp/xml";
import type { Envelope } from "../../model/message.ts";
import type { MessageIntents } from "../intents.ts";
import { buildEnvelope } from "../omemo/envelope.ts";
import { NS_OMEMO } from "../omemo/fields.ts";
import type { Feature, FeaturePorts } from "../ports.ts";
import { NS_CORRECT, replaceElement } from "./parts/corrections.ts";
import { isCopy } from "./parts/forwarding.ts";
import { NS_REACTIONS, reactionElements } from "./parts/reactions.ts";
import { NS_MARKERS, NS_RECEIPTS } from "./parts/receipts.ts";
import { NS_RETRACT, retractionElements } from "./parts/retractions.ts";
import { readMessage } from "./read.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_SID = "urn:xmpp:sid:0";
/** What clients show that cannot decrypt. */
const FALLBACK = "This message is encrypted with OMEMO, and your program cannot read it.";

/** @param server tells whether `<stanza-id/>` can be believed */
export function messages(
  { stream, emit, rooms, heldSince }: FeaturePorts,
  server: Pick<ServerFeature, "trustsStanzaIds">,
): Feature & { intents: MessageIntents } {
  return {
    name: "message",
    readsUnreadable: true,
    disco: [NS_RECEIPTS, NS_MARKERS, NS_REACTIONS, NS_CORRECT, NS_RETRACT],
    async stanza(stanza) {
      if (!stanza.is("message")) return false;
      // Carbons and archive results have rooms of their own; whatever else carries a stanza is thrown away.
      if (isCopy(stanza)) return true;
      const inbound = readMessage(stanza, {
        account: stream.account,
        via: "live",
        trustsStanzaIds: await server.trustsStanzaIds(),
        heldSince: await heldSince(stanza),
        rooms,
      });
      if (inbound !== null) await emit({ type: "inbound", inbound });
      return true;
    },
    intents: {
      async send({ to, originId, content, replaces }) {
        // The receipt and the marker of the original stand for its corrections.
        const asks = [xml("request", { xmlns: NS_RECEIPTS }), xml("markable", { xmlns: NS_MARKERS })];
        const message = xml(
          "message",
          { to, type: "chat", id: originId },
          ...contentElements(content),
          xml("origin-id", { xmlns: NS_SID, id: originId }),
          ...(replaces === undefined ? asks : [replaceElement(replaces)]),
        );
        await stream.send(message, originId);
      },
      async retract({ to, originId, target, explain }) {
        const origin = xml("origin-id", { xmlns: NS_SID, id: originId });
        await stream.send(
          xml("message", { to, type: "chat", id: originId }, ...retractionElements(target, explain), origin),
          originId,
        );
      },
      async react({ to, originId, target, emoji }) {
        const origin = xml("origin-id", { xmlns: NS_SID, id: originId });
        await stream.send(
          xml("message", { to, type: "chat", id: originId }, ...reactionElements(target, emoji), origin),
          originId,
        );
      },
      sendKeys: ({ to, envelope }) =>
        stream.send(xml("message", { to, type: "chat" }, buildEnvelope(envelope), keep())),
      confirmReceived: (to, id) =>
        stream.send(xml("message", { to, type: "chat" }, xml("received", { xmlns: NS_RECEIPTS, id }))),
      confirmDisplayed: (to, id) =>
        stream.send(xml("message", { to, type: "chat" }, xml("displayed", { xmlns: NS_MARKERS, id }))),
    },
  };
}

/** What is said, in plaintext or encrypted. */
export const contentElements = (content: { body: string } | { envelope: Envelope }): Element[] =>
  "body" in content ? [xml("body", {}, content.body)] : encrypted(content.envelope);

/** What an encrypted message holds instead of its text, with word for others of what it is (XEP-0380). */
const encrypted = (envelope: Envelope): Element[] => [
  xml("body", {}, FALLBACK),
  buildEnvelope(envelope),
  xml("encryption", { xmlns: "urn:xmpp:eme:0", namespace: NS_OMEMO, name: "OMEMO" }),
  keep(),
];

/** An archive sees no text in it, and is to keep it all the same (XEP-0334 §4.4). */
const keep = (): Element => xml("store", { xmlns: "urn:xmpp:hints" });
