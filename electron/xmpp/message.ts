/** One-to-one messages (RFC 6121 §5), with stable ids (XEP-0359) and delayed delivery (XEP-0203). */
import xml, { type Element } from "@xmpp/xml";
import { resourceOf, toBare, tryJid } from "../../shared/jid.ts";
import { delayedAt } from "./delay.ts";
import { stanzaError } from "./iq.ts";
import type { Feature, FeaturePorts, MessageIntents } from "./ports.ts";

const NS_CLIENT = "jabber:client";
const NS_SID = "urn:xmpp:sid:0";
const NS_FORWARD = "urn:xmpp:forward:0";
const NS_CARBONS = "urn:xmpp:carbons:2";
/** Longer bodies are no messages of people; servers cut stanzas at about this size. */
const MOST_BODY = 262_144;
const MOST_ID = 1024;

export function messages({ stream, emit }: FeaturePorts): Feature & { intents: MessageIntents } {
  async function bounced(stanza: Element): Promise<void> {
    const from = tryJid(stanza.attrs["from"]);
    const id = String(stanza.attrs["id"] ?? "");
    if (from === null || id === "" || id.length > MOST_ID) return;
    const { condition, text } = stanzaError(stanza);
    await emit({ type: "message.bounced", from: toBare(from), id, condition, text });
  }

  async function received(stanza: Element, type: "chat" | "normal"): Promise<void> {
    const from = tryJid(stanza.attrs["from"] ?? stream.account);
    const body = bodyOf(stanza);
    if (from === null || body === null) return;
    // A body that we cannot hold whole is not silently lost: its beginning is kept.
    await emit({
      type: "message.received",
      message: {
        from: toBare(from),
        fromResource: resourceOf(from),
        type,
        body: body.slice(0, MOST_BODY),
        stanzaIdAttribute: shortId(stanza.attrs["id"]) ?? "",
        originId: shortId(stanza.getChild("origin-id", NS_SID)?.attrs["id"]),
        archiveId: archiveIdOf(stanza),
        delayedAt: delayedAt(stanza, [stream.account]),
      },
    });
  }

  /** XEP-0359 §3: only the id that our own server wrote for our own archive means anything. */
  function archiveIdOf(stanza: Element): string | null {
    const ours = stanza.getChildren("stanza-id", NS_SID).filter((one) => tryJid(one.attrs["by"]) === stream.account);
    return ours.length === 1 ? shortId(ours[0]!.attrs["id"]) : null;
  }

  return {
    name: "message",
    async stanza(stanza) {
      if (!stanza.is("message")) return false;
      // Copies of other stanzas are never messages themselves; carbons and archive results get rooms of their own.
      if (isCopy(stanza)) return true;
      const type = String(stanza.attrs["type"] ?? "normal");
      if (type === "error") await bounced(stanza);
      // `groupchat` belongs to rooms, `headline` asks for no answer and is not kept; what nobody knows is `normal`
      // (RFC 6121 §5.2.2).
      else if (type !== "groupchat" && type !== "headline") await received(stanza, type === "chat" ? "chat" : "normal");
      return true;
    },
    intents: {
      async send({ to, originId, body }) {
        const message = xml("message", { to, type: "chat", id: originId }, xml("body", {}, body), xml("origin-id", { xmlns: NS_SID, id: originId }));
        await stream.send(message, originId);
      },
    },
  };
}

const isCopy = (stanza: Element): boolean =>
  stanza.getChild("forwarded", NS_FORWARD) !== undefined ||
  stanza.getChildElements().some((child) => child.attrs["xmlns"] === NS_CARBONS && /^(sent|received)$/.test(child.name)) ||
  stanza.getChild("result", "urn:xmpp:mam:2") !== undefined;

const shortId = (id: unknown): string | null => (typeof id === "string" && id !== "" && id.length <= MOST_ID ? id : null);

/** The body without a language of its own, else the first (RFC 6121 §5.2.3). Null when there is no text. */
function bodyOf(stanza: Element): string | null {
  // A body of another namespace, such as that of XHTML-IM, is not what was said.
  const bodies = stanza.getChildren("body").filter((one) => one.attrs["xmlns"] === undefined || one.attrs["xmlns"] === NS_CLIENT);
  const body = bodies.find((one) => one.attrs["xml:lang"] === undefined) ?? bodies[0];
  const text = body?.getText() ?? "";
  return text === "" ? null : text;
}
