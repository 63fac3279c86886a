/** `<encrypted/>`: header and payload of an encrypted message (XEP-0384 0.3 §4.5 and §4.6). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { EncryptedKey, Envelope } from "../../model/message.ts";
import { base64, bytes, deviceId, NS_OMEMO } from "./fields.ts";

/** What clients show that cannot decrypt. */
const FALLBACK = "This message is encrypted with OMEMO, and your program cannot read it.";
/** A message to a large room with many devices has some hundred keys. */
const MOST_KEYS = 2_000;
/** Bytes. A PreKeyWhisperMessage of a key and a tag has less than 300. */
const KEY = { least: 1, most: 4_096 };
const PAYLOAD = { least: 0, most: 262_144 };

/**
 * Reads the element of a message. Omits invalid keys, so that one of them does not affect other recipients.
 * @returns null if nothing is encrypted; `malformed` if no device could decrypt it
 */
export function readEnvelope(message: Element): Envelope | "malformed" | null {
  const encrypted = message.getChild("encrypted", NS_OMEMO);
  if (encrypted === undefined) return null;
  const header = encrypted.getChild("header");
  const sid = deviceId(header?.attrs["sid"]);
  const iv = bytes(header?.getChild("iv"), { least: 12, most: 16 });
  if (header === undefined || sid === null || iv === null || (iv.length !== 12 && iv.length !== 16)) return "malformed";
  const sealed = encrypted.getChild("payload");
  const payload = sealed === undefined ? null : bytes(sealed, PAYLOAD);
  if (sealed !== undefined && payload === null) return "malformed";
  const elements = header.getChildren("key");
  if (elements.length > MOST_KEYS) return "malformed";
  const keys = elements.flatMap((element) => readKey(element) ?? []);
  return keys.length === 0 && elements.length > 0 ? "malformed" : { sid, keys, iv, payload };
}

function readKey(element: Element): EncryptedKey | null {
  const rid = deviceId(element.attrs["rid"]);
  const data = bytes(element, KEY);
  // `xs:boolean` allows `true` and `1`.
  return rid === null || data === null
    ? null
    : { rid, prekey: /^(?:true|1)$/.test(String(element.attrs["prekey"])), data };
}

export function buildEnvelope({ sid, keys, iv, payload }: Envelope): Element {
  return xml(
    "encrypted",
    { xmlns: NS_OMEMO },
    xml(
      "header",
      { sid: String(sid) },
      ...keys.map(({ rid, prekey, data }) =>
        xml("key", { rid: String(rid), ...(prekey ? { prekey: "true" } : {}) }, base64(data)),
      ),
      xml("iv", {}, base64(iv)),
    ),
    ...(payload === null ? [] : [xml("payload", {}, base64(payload))]),
  );
}

/** What an encrypted message holds instead of its text, with word for others of what it is (XEP-0380). */
export const encryptedElements = (envelope: Envelope): Element[] => [
  xml("body", {}, FALLBACK),
  buildEnvelope(envelope),
  xml("encryption", { xmlns: "urn:xmpp:eme:0", namespace: NS_OMEMO, name: "OMEMO" }),
  keep(),
];

/** An envelope without a text: nobody is shown anything. */
export const keyElements = (envelope: Envelope): Element[] => [buildEnvelope(envelope), keep()];

/** An archive sees no text in it, and is to keep it all the same (XEP-0334 §4.4). */
const keep = (): Element => xml("store", { xmlns: "urn:xmpp:hints" });
