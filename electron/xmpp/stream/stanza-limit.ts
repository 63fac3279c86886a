/** The size limit of our server (XEP-0478). A larger stanza would end the stream, so it is not sent. */
import type { Element } from "@xmpp/xml";

const NS_LIMITS = "urn:xmpp:stream-limits:0";
/** Default without an announced limit, bytes: the setting of the common servers. */
const USUAL = 262_144;
/** No server may accept less (RFC 6120 §13.12), and a larger limit makes no difference, bytes. */
const BOUNDS = { least: 10_000, most: 10_485_760 };

/** The stanza exceeds the server's limit and was not sent. */
export class StanzaTooLarge extends Error {
  constructor(bytes: number, limit: number) {
    super(`a stanza of ${bytes} bytes, where the server takes ${limit}`);
    this.name = "StanzaTooLarge";
  }
}

/** @param features of the authenticated stream @returns bytes */
export function stanzaLimit(features: Element): number {
  const announced = features.getChild("limits", NS_LIMITS)?.getChildText("max-bytes")?.trim() ?? "";
  return /^\d{1,15}$/.test(announced) ? Math.min(Math.max(Number(announced), BOUNDS.least), BOUNDS.most) : USUAL;
}

/** @throws {StanzaTooLarge} */
export function checkSize(stanza: Element, limit: number): void {
  const bytes = Buffer.byteLength(stanza.toString());
  if (bytes > limit) throw new StanzaTooLarge(bytes, limit);
}
