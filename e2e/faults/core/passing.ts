/** What a message at a checkpoint is: where it belongs, and what it does there. */
import type { Passing } from "../../../electron/app/host.ts";
import type { Target, What } from "../writing/written.ts";

/** @returns everything that passes; none for what is no message that somebody wrote */
export function targetsPassing(passing: Passing): Target[] {
  if ("payload" in passing) {
    const { conversation, payload } = passing;
    const what = payload.kind === "text" && payload.replaces !== undefined ? "correction" : payload.kind;
    return /^(text|correction|retraction|reaction)$/.test(what) ? [`${conversation.kind} ${what as What}`] : [];
  }
  return passing.flatMap((stanza) => inStanza(String(stanza)) ?? []);
}

function inStanza(stanza: string): Target | null {
  // Pages of an archive pass as one: which of them is read when is not known.
  if (!stanza.startsWith("<message") || stanza.includes("urn:xmpp:mam:2")) return null;
  const what = whatIn(stanza);
  if (what === null) return null;
  const [start] = stanza.split(">", 1);
  if (/\stype=["']groupchat["']/.test(start!)) return `room ${what}`;
  return stanza.includes("http://jabber.org/protocol/muc#user") ? `private ${what}` : `contact ${what}`;
}

function whatIn(stanza: string): What | null {
  if (stanza.includes("urn:xmpp:message-retract:1")) return "retraction";
  if (stanza.includes("urn:xmpp:reactions:0")) return "reaction";
  if (stanza.includes("urn:xmpp:message-correct:0")) return "correction";
  return /<(body|encrypted)[\s>]/.test(stanza) ? "text" : null;
}
