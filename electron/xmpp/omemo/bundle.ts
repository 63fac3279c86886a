/** `<bundle/>`: the keys that a device publishes so that others can begin sessions with it (XEP-0384 0.3 §4.3). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { PublishedBundle } from "../events.ts";
import { base64, bytes, keyId, NS_OMEMO, publicKey } from "./fields.ts";

/** Clients publish about a hundred. */
const MOST_PREKEYS = 500;
/** Characters; a usual bundle has some ten thousand. */
const MOST_SIZE = 1_000_000;
const SIGNATURE = { least: 64, most: 64 };

/**
 * Checks structure and lengths, not the signature. Omits invalid prekeys, and those beyond 500.
 * @returns `malformed` if it is larger than a million characters or no session could begin with it
 */
export function readBundle(payload: Element | undefined): PublishedBundle | "malformed" {
  if (payload?.is("bundle", NS_OMEMO) !== true || isLarger(payload, MOST_SIZE)) return "malformed";
  const identityKey = publicKey(payload.getChild("identityKey"));
  const signed = payload.getChild("signedPreKeyPublic");
  const [id, key] = [keyId(signed?.attrs["signedPreKeyId"]), publicKey(signed)];
  const signature = bytes(payload.getChild("signedPreKeySignature"), SIGNATURE);
  const preKeys = new Map<number, Uint8Array>();
  for (const element of payload.getChild("prekeys")?.getChildren("preKeyPublic") ?? []) {
    if (preKeys.size === MOST_PREKEYS) break;
    const [preKeyId, preKey] = [keyId(element.attrs["preKeyId"]), publicKey(element)];
    if (preKeyId !== null && preKey !== null && !preKeys.has(preKeyId)) preKeys.set(preKeyId, preKey);
  }
  if (identityKey === null || id === null || key === null || signature === null || preKeys.size === 0)
    return "malformed";
  return {
    identityKey,
    signedPreKey: { id, key, signature },
    preKeys: [...preKeys].map(([one, data]) => ({ id: one, key: data })),
  };
}

export function buildBundle({ identityKey, signedPreKey, preKeys }: PublishedBundle): Element {
  return xml(
    "bundle",
    { xmlns: NS_OMEMO },
    xml("signedPreKeyPublic", { signedPreKeyId: String(signedPreKey.id) }, base64(signedPreKey.key)),
    xml("signedPreKeySignature", {}, base64(signedPreKey.signature)),
    xml("identityKey", {}, base64(identityKey)),
    xml("prekeys", {}, ...preKeys.map(({ id, key }) => xml("preKeyPublic", { preKeyId: String(id) }, base64(key)))),
  );
}

/** Estimates the size as text, and stops counting at the limit. */
function isLarger(element: Element, limit: number): boolean {
  let left = limit;
  const open: (Element | string)[] = [element];
  for (let next = open.pop(); next !== undefined && left >= 0; next = open.pop()) {
    if (typeof next === "string") {
      left -= next.length;
      continue;
    }
    left -= 2 * next.name.length + 5;
    for (const [name, value] of Object.entries(next.attrs)) left -= name.length + String(value).length + 4;
    // Pushed one by one: a spread call does not support a million arguments.
    for (const child of next.children as (Element | string)[]) open.push(child);
  }
  return left < 0;
}
