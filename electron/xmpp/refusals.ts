/**
 * Requests that are sent as a message or a presence. Success has no answer, or one that others see too; a refusal is an
 * error stanza (RFC 6120 §8.3), which would say nothing about what it refuses.
 */
import { randomUUID } from "node:crypto";
import type { Element } from "@xmpp/xml";
import { receivedJid, toBare, type BareJid } from "../../shared/jid.ts";
import type { Feature, FeaturePorts, SentRequest } from "./feature.ts";
import { stanzaError } from "./stream/iq.ts";

/** Number of requests whose refusal is still recognized; older ones are forgotten. */
const MOST = 200;

const NS_MUC_USER = "http://jabber.org/protocol/muc#user";
const MOST_REASON = 512;

export function refusals({
  stream,
  emit,
}: Pick<FeaturePorts, "stream" | "emit">): Feature & Pick<FeaturePorts, "sendRequest"> {
  const sent = new Map<string, { name: string; to: BareJid | null; request: SentRequest }>();

  /** A room tells that a person declines an invitation (XEP-0045 §7.8.2), of ours if we have invited them. */
  async function decline(stanza: Element): Promise<boolean> {
    const found = stanza.is("message") ? stanza.getChild("x", NS_MUC_USER)?.getChild("decline") : undefined;
    const [room, person] = [receivedJid(stanza.attrs["from"]), receivedJid(found?.attrs["from"])];
    if (found === undefined || room === null || person === null) return false;
    const one = [...sent].find(
      ([
        ,
        {
          to,
          request: { what, name },
        },
      ]) => what === "invitation" && to === room && name === toBare(person),
    );
    if (one === undefined) return false;
    sent.delete(one[0]);
    const text = (found.getChildText("reason") ?? "").slice(0, MOST_REASON);
    await emit({ type: "request.refused", ...one[1].request, condition: "declined", text });
    return true;
  }

  return {
    name: "refusals",
    async sendRequest(stanza, request) {
      const id = randomUUID();
      const to = receivedJid(stanza.attrs["to"]);
      stanza.attrs["id"] = id;
      sent.set(id, { name: stanza.name, to: to === null ? null : toBare(to), request });
      if (sent.size > MOST) sent.delete(sent.keys().next().value!);
      try {
        await stream.send(stanza);
      } catch (error) {
        sent.delete(id);
        throw error;
      }
    },
    /** An answer counts once, from the address that the request went to: also our server answers in its name. */
    async stanza(stanza) {
      const id: unknown = stanza.attrs["id"];
      if (stanza.attrs["type"] !== "error") return decline(stanza);
      if (typeof id !== "string") return false;
      const one = sent.get(id);
      const from = receivedJid(stanza.attrs["from"]);
      if (one === undefined || !stanza.is(one.name) || from === null || toBare(from) !== one.to) return false;
      sent.delete(id);
      const { condition, text } = stanzaError(stanza);
      await emit({ type: "request.refused", ...one.request, condition, text });
      return true;
    },
  };
}
