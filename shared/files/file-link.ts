/**
 * Links that are files. `aesgcm://host/path#` with IV (12 bytes; 16 in older clients) and key (32 bytes) in hex is an
 * encrypted file (XEP-0454 §3), optionally with a thumbnail on a second line, which is ignored. An https link is a file
 * if its name says so.
 */
import { kindOfName } from "./file-kind.ts";

/** Length limits of a link without its key, and of a body with a thumbnail, in UTF-16 units. */
const MAX = 8192;
const MAX_BODY = 262_144;
const ENCRYPTED = /^aesgcm:\/\/([^\s#\\]+)#([0-9a-f]{88}|[0-9a-f]{96})(?:\n+data:[^\n]*)?$/i;
const PLAIN = /^https:\/\/[^\s\\]+$/i;
/** Endings of pages, which a browser shows. */
const PAGE = /\.(?:html?|xhtml|php\d?|aspx?|jspx?|cgi)$/i;
const ENDING = /\.[a-z0-9]{1,8}$/i;

export interface FileLink {
  /** The https URL without the key. */
  url: string;
  /** The last part of the path. Hostile: see `file-name.ts`. */
  name: string;
  /** Hex: an IV of 12 or 16 bytes, and a key of 32. */
  key: { iv: string; key: string } | null;
}

/**
 * A text that is nothing but a link to a file.
 * @param text hostile, with its white space
 * @param isMarked the sender says that the link is a file (XEP-0066): then every ending counts that no page has
 */
export function fileLink(text: string, isMarked = false): FileLink | null {
  if (text.length > MAX_BODY) return null;
  return /^\s*aesgcm:/i.test(text.slice(0, MAX)) ? encryptedLink(text.trim()) : plainLink(text.trim(), isMarked);
}

function encryptedLink(text: string): FileLink | null {
  const found = ENCRYPTED.exec(text);
  if (found === null || found[1]!.length > MAX) return null;
  const url = fileUrl(`https://${found[1]}`);
  if (url === null) return null;
  const secret = found[2]!.toLowerCase();
  return { url: url.href, name: nameOf(url), key: { iv: secret.slice(0, -64), key: secret.slice(-64) } };
}

function plainLink(text: string, isMarked: boolean): FileLink | null {
  if (text.length > MAX || !PLAIN.test(text)) return null;
  const url = fileUrl(text);
  if (url === null) return null;
  const name = nameOf(url);
  const isFile = isMarked ? ENDING.test(name) && !PAGE.test(name) : kindOfName(name) !== null;
  return isFile ? { url: url.href, name, key: null } : null;
}

/**
 * A URL that a file can be fetched from.
 * @param text hostile
 * @returns http or https, with a host, without credentials and fragment; null: it is none
 */
export function fileUrl(text: string): URL | null {
  if (text.length > MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (url.hostname === "" || url.username !== "" || url.password !== "") return null;
  url.hash = "";
  return url;
}

function nameOf(url: URL): string {
  const last = url.pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch (error) {
    // Not UTF-8: keep the escaped name.
    if (!(error instanceof URIError)) throw error;
    return last;
  }
}
