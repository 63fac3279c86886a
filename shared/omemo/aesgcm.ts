/**
 * URLs of encrypted files (XEP-0454): `aesgcm://host/path#`, then in hex the IV (12 bytes; 16 in older clients) and the
 * key (32 bytes). The URL is the whole body, optionally with a thumbnail on a second line, which is ignored.
 */

/** Length limit of the URL without the key. */
const MAX = 8192;
/** Length limit of a body, in UTF-16 units: a URL, a key, and a thumbnail on the second line. */
const MAX_BODY = 262_144;
const ADDRESS = /^aesgcm:\/\/([^\s#\\]+)#([0-9a-f]{88}|[0-9a-f]{96})(?:\n+data:[^\n]*)?$/i;

export interface EncryptedFile {
  /** The https URL without the key. */
  url: string;
  /** The host for display, with a non-default port. */
  host: string;
  /** The last part of the path, without characters that reorder or hide text or separate paths. */
  name: string;
  /** 12 or 16 bytes, hex. */
  iv: string;
  /** 32 bytes, hex. */
  key: string;
}

/** @param body of a message; hostile @returns null when it is not such a URL */
export function encryptedFile(body: string): EncryptedFile | null {
  if (body.length > MAX_BODY || !/^aesgcm:/i.test(body)) return null;
  const found = ADDRESS.exec(body.trim());
  if (found === null || found[1]!.length > MAX) return null;
  if (!URL.canParse(`https://${found[1]}`)) return null;
  const url = new URL(`https://${found[1]}`);
  if (url.hostname === "" || url.username !== "" || url.password !== "") return null;
  const secret = found[2]!.toLowerCase();
  return { url: url.href, host: url.host, name: nameOf(url), iv: secret.slice(0, -64), key: secret.slice(-64) };
}

/**
 * The name of the file, for lists and notifications, which must not show keys.
 * @param text beginning of a body, perhaps truncated @returns null when it is not such a URL
 */
export function encryptedFileName(text: string): string | null {
  const place = /^aesgcm:\/\/([^\s#\\]+)/i.exec(text.slice(0, MAX + "aesgcm://".length + 1))?.[1];
  if (place === undefined || place.length > MAX || !URL.canParse(`https://${place}`)) return null;
  return nameOf(new URL(`https://${place}`));
}

/** Names that Windows reserves for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function nameOf(url: URL): string {
  const last = url.pathname.split("/").at(-1) ?? "";
  let text = last;
  try {
    text = decodeURIComponent(last);
  } catch (error) {
    // Not UTF-8: keep the escaped name.
    if (!(error instanceof URIError)) throw error;
  }
  const safe = withoutEdges(text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "_"));
  // Leaves room for a suffix that makes the name unique, on file systems that count bytes.
  const short = safe.length <= 80 ? safe : safe.slice(0, 60) + safe.slice(-20);
  return short === "" || DEVICES.test(short) ? `file ${short}`.trim() : short;
}

/** Trims white space and dots. A loop, because the pattern `[\s.]+$` takes quadratic time. */
function withoutEdges(text: string): string {
  const isEdge = (at: number): boolean => /[\s.]/.test(text[at]!);
  let [from, to] = [0, text.length];
  while (from < to && isEdge(from)) from++;
  while (to > from && isEdge(to - 1)) to--;
  return text.slice(from, to);
}
