/** `<encrypted/>`, the header and payload of an encrypted message (XEP-0384 0.3 §4.5 and §4.6). */
import xml, { type Element } from "@xmpp/xml";
import type { EncryptedKey, Envelope } from "../../model/message.ts";
import { base64, bytes, deviceId, NS_OMEMO } from "./fields.ts";

/** A message to a large room on many devices each has some hundred keys. */
const MOST_KEYS = 2_000;
/** Bytes. A PreKeyWhisperMessage of a key and a tag has less than 300. */
const KEY = { least: 1, most: 4_096 };
const PAYLOAD = { least: 0, most: 262_144 };

/**
 * Reads what came in a message. Keys that cannot be keys are left out, so that one bad key keeps nobody else from
 * reading.
 * @returns null where nothing is encrypted; `malformed` for what nobody could decrypt
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
  // `xs:boolean` has two ways to say it.
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
