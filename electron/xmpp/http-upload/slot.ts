/**
 * The slot of an upload (XEP-0363 §4): where to put the file, where others get it, and the headers of the request. The
 * service is not trusted: an address that is not https, or a header that could smuggle another, makes the slot useless.
 */
import type { Element } from "@xmpp/xml";
import { isLoopback } from "../../../shared/net/loopback.ts";

export const NS = "urn:xmpp:http:upload:0";

/** One use: the service expects exactly the announced size at `put`. */
export interface Slot {
  put: string;
  get: string;
  /** Names and values for the request, in the order of the service; a name may occur more than once. */
  headers: readonly (readonly [name: HeaderName, value: string])[];
}
export type HeaderName = "Authorization" | "Cookie" | "Expires";

/** Only these may be sent (§4); their names ignore case. */
const HEADERS: ReadonlyMap<string, HeaderName> = new Map([
  ["authorization", "Authorization"],
  ["cookie", "Cookie"],
  ["expires", "Expires"],
]);
/** `url`: as in links that we receive. `headers` and `value`: what servers commonly take, which is 8 kB of headers. */
const MOST = { url: 8192, headers: 16, elements: 100, value: 8192 };
/** What an HTTP header can carry (RFC 9110 §5.5): no control characters, and nothing beyond Latin-1. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/**
 * @param answer the result of a slot request, untrusted
 * @param allowsLoopback http to this machine is allowed, because our server runs on it
 * @returns null if it is not a usable slot
 */
export function readSlot(answer: Element, allowsLoopback: boolean): Slot | null {
  const slot = answer.getChild("slot", NS);
  const [put, get] = [slot?.getChild("put"), slot?.getChild("get")];
  const to = addressIn(put, allowsLoopback);
  const from = addressIn(get, allowsLoopback);
  const headers = headersIn(put);
  return to === null || from === null || headers === null ? null : { put: to, get: from, headers };
}

function addressIn(element: Element | undefined, allowsLoopback: boolean): string | null {
  const text: unknown = element?.attrs["url"];
  if (typeof text !== "string" || text.length > MOST.url || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isSecure =
    url.protocol === "https:" || (allowsLoopback && url.protocol === "http:" && isLoopback(url.hostname));
  // A fragment is never sent, and ours holds the key of an encrypted file (XEP-0454 §3).
  const isPlain = url.hostname !== "" && url.username === "" && url.password === "" && url.hash === "";
  return isSecure && isPlain && url.href.length <= MOST.url ? url.href : null;
}

/** Unknown headers are ignored (§4). @returns null if one of ours cannot be sent: without it the request would fail */
function headersIn(put: Element | undefined): Slot["headers"] | null {
  const headers: [HeaderName, string][] = [];
  for (const header of put?.getChildren("header").slice(0, MOST.elements) ?? []) {
    const name = HEADERS.get(withoutLineEnds(String(header.attrs["name"] ?? "").slice(0, 64)).toLowerCase());
    if (name === undefined) continue;
    const text = header.getText();
    if (text.length > MOST.value) return null;
    const value = withoutLineEnds(text).trim();
    if (!HEADER_VALUE.test(value)) return null;
    headers.push([name, value]);
  }
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return headers.length > MOST.headers || size > MOST.value ? null : headers;
}

/** §4: newlines are stripped. */
const withoutLineEnds = (text: string): string => text.replace(/[\r\n]+/g, "");
