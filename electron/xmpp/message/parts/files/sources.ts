/** The places that a shared file can be fetched from: XEP-0447 §3.2, XEP-0103, encrypted ones XEP-0448 §3.2. */
import type { Element } from "@xmpp/xml";
import { fileUrl } from "../../../../../shared/files/file-link.ts";
import { MOST_SOURCES } from "../../../../../shared/limits.ts";
import type { FileKey, FileSource } from "../../../../model/file.ts";
import { base64 } from "./metadata.ts";

export const NS_SFS = "urn:xmpp:sfs:0";
const MOST_FILE_ID = 256;
const NS_URL = "http://jabber.org/protocol/url-data";
const NS_ENCRYPTED = "urn:xmpp:esfs:0";
/** Maximum number of elements that are looked at. */
const MOST = 32;

/** Lengths of key and IV, bytes (XEP-0448 §4). */
const CIPHERS: ReadonlyMap<unknown, { cipher: FileKey["cipher"]; key: number; iv: number }> = new Map([
  ["urn:xmpp:ciphers:aes-128-gcm-nopadding:0", { cipher: "aes-128-gcm", key: 16, iv: 12 }],
  ["urn:xmpp:ciphers:aes-256-gcm-nopadding:0", { cipher: "aes-256-gcm", key: 32, iv: 12 }],
  ["urn:xmpp:ciphers:aes-256-cbc-pkcs7:0", { cipher: "aes-256-cbc", key: 32, iv: 16 }],
] as const);

/** The `id` of `<file-sharing/>` or `<sources/>`, which tells the files of a message apart (§4.2). Null: none. */
export function fileId({ attrs }: Element): string | null {
  const id: unknown = attrs["id"];
  return typeof id === "string" && id !== "" && id.length <= MOST_FILE_ID ? id : null;
}

/**
 * @param element `<sources/>`
 * @returns at most `MOST_SOURCES`, in their order; unknown kinds, ciphers and schemes are left out
 */
export function readSources(element: Element | undefined): FileSource[] {
  return (element?.getChildElements() ?? [])
    .slice(0, MOST)
    .flatMap((one) => (one.is("encrypted", NS_ENCRYPTED) ? encryptedIn(one) : urlIn(one, null)))
    .slice(0, MOST_SOURCES);
}

function encryptedIn(element: Element): FileSource[] {
  const known = CIPHERS.get(element.attrs["cipher"]);
  if (known === undefined) return [];
  const key = hex(element.getChildText("key"), known.key);
  const iv = hex(element.getChildText("iv"), known.iv);
  if (key === null || iv === null) return [];
  const inner = element.getChild("sources", NS_SFS)?.getChildElements() ?? [];
  return inner.slice(0, MOST).flatMap((one) => urlIn(one, { cipher: known.cipher, key, iv }));
}

function urlIn(element: Element, key: FileKey | null): FileSource[] {
  return element.is("url-data", NS_URL) ? sourceAt(element.attrs["target"], key) : [];
}

/** @param target an attribute @returns one source, or none */
export function sourceAt(target: unknown, key: FileKey | null): FileSource[] {
  const url = typeof target === "string" ? fileUrl(target.trim()) : null;
  return url === null ? [] : [{ url: url.href, key }];
}

function hex(text: string | null, bytes: number): string | null {
  const found = base64(text ?? "", bytes);
  return found === null ? null : Buffer.from(found, "base64").toString("hex");
}
