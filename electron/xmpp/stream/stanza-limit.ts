/**
 * How large a stanza our server takes (XEP-0478): one that is larger costs the whole stream, so it is not sent at all.
 */
import type { Element } from "@xmpp/xml";

const NS_LIMITS = "urn:xmpp:stream-limits:0";
/** Where nothing is announced, bytes: what the common servers are set to. */
const USUAL = 262_144;
/** Nobody may take less (RFC 6120 §13.12), and a larger limit is as good as none. */
const BOUNDS = { least: 10_000, most: 10_485_760 };

/** The stanza is larger than the server takes, and was not sent. */
export class StanzaTooLarge extends Error {
  constructor(bytes: number, limit: number) {
    super(`a stanza of ${bytes} bytes, where the server takes ${limit}`);
    this.name = "StanzaTooLarge";
  }
}

/** @param features of the stream, once signed in @returns bytes */
export function stanzaLimit(features: Element): number {
  const told = features.getChild("limits", NS_LIMITS)?.getChildText("max-bytes")?.trim() ?? "";
  return /^\d{1,15}$/.test(told) ? Math.min(Math.max(Number(told), BOUNDS.least), BOUNDS.most) : USUAL;
}

/** @throws {StanzaTooLarge} */
export function checkSize(stanza: Element, limit: number): void {
  const bytes = Buffer.byteLength(stanza.toString());
  if (bytes > limit) throw new StanzaTooLarge(bytes, limit);
}
