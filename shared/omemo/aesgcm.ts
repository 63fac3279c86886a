/**
 * The address of an encrypted file (XEP-0454): `aesgcm://host/path#` and, in hex, the IV (12 bytes, 16 in older
 * clients) and the key (32). It is the whole body, perhaps with a thumbnail on a second line, which is not looked at.
 */

/** Longest place of a file, without the key. */
const MAX = 8192;
/** Longest body that is looked at, in UTF-16 units: a place, a key, and a thumbnail on the second line. */
const MAX_BODY = 262_144;
const ADDRESS = /^aesgcm:\/\/([^\s#\\]+)#([0-9a-f]{88}|[0-9a-f]{96})(?:\n+data:[^\n]*)?$/i;

export interface EncryptedFile {
  /** Where it is, by https, without the key. */
  url: string;
  /** Where it comes from, for the user: host and, where it is not the usual one, port. */
  host: string;
  /** The last part of the path, without anything that could turn, hide or lead elsewhere. */
  name: string;
  /** 12 or 16 bytes, hex. */
  iv: string;
  /** 32 bytes, hex. */
  key: string;
}

/** @param body of a message; hostile @returns null when it is anything else */
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
 * The name of the file, for where there is room for a line only: lists and notices do not show keys.
 * @param text beginning of a body, perhaps cut off @returns null when it is none of these addresses
 */
export function encryptedFileName(text: string): string | null {
  const place = /^aesgcm:\/\/([^\s#\\]+)/i.exec(text.slice(0, MAX + "aesgcm://".length + 1))?.[1];
  if (place === undefined || place.length > MAX || !URL.canParse(`https://${place}`)) return null;
  return nameOf(new URL(`https://${place}`));
}

/** Names that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function nameOf(url: URL): string {
  const last = url.pathname.split("/").at(-1) ?? "";
  let text = last;
  try {
    text = decodeURIComponent(last);
  } catch (error) {
    // Not UTF-8: the name stays as it was written.
    if (!(error instanceof URIError)) throw error;
  }
  const safe = withoutEdges(text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "_"));
  // Room for an ending that tells two of the same name apart, in a file system that counts bytes.
  const short = safe.length <= 80 ? safe : safe.slice(0, 60) + safe.slice(-20);
  return short === "" || DEVICES.test(short) ? `file ${short}`.trim() : short;
}

/** Without white space and dots around it. Letter by letter: as a pattern, `[\s.]+$` takes quadratic time. */
function withoutEdges(text: string): string {
  const isEdge = (at: number): boolean => /[\s.]/.test(text[at]!);
  let [from, to] = [0, text.length];
  while (from < to && isEdge(from)) from++;
  while (to > from && isEdge(to - 1)) to--;
  return text.slice(from, to);
}
