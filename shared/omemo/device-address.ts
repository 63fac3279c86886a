/**
 * The URI that a device shows as a QR code: `xmpp:user@host?omemo-sid-123=HEX;omemo-sid-456=HEX`, a bare JID (RFC 5122)
 * with the fingerprints of its devices, in the format of Conversations and its forks.
 */
import { isBare, tryJid, type BareJid } from "../jid.ts";

/** Length limit of the URI, in UTF-16 units. */
export const MAX_DEVICE_ADDRESS = 8192;
const KEY = "omemo-sid-";
/** Equal to `deviceIdSchema` and `fingerprintSchema`, which the window cannot import. */
const MAX_DEVICE = 0x7fff_ffff;
const FINGERPRINT = /^[0-9a-f]{64}$/;

export interface DeviceKey {
  device: number;
  /** 64 lower-case hex digits. */
  fingerprint: string;
}

export interface DeviceAddress {
  jid: BareJid;
  /** At least one; each device once. */
  keys: DeviceKey[];
}

/** @returns an ASCII URI that `parseDeviceAddress` and `checkLink` (link.ts) accept */
export function formatDeviceAddress({ jid, keys }: DeviceAddress): string {
  const query = keys.map(({ device, fingerprint }) => `${KEY}${device}=${fingerprint}`).join(";");
  return `xmpp:${jid.split("@").map(encodePart).join("@")}?${query}`;
}

/** RFC 5122 §2.2, keeping the brackets of an IPv6 address; also escapes characters that are special in a shell. */
const encodePart = (part: string): string =>
  encodeURIComponent(part)
    .replace(/[!'()*]/g, (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase())
    .replace(/%5B|%5D|%3A/g, decodeURIComponent);

/**
 * Parses a scanned, pasted or opened URI; hostile. Unknown parameters are skipped. One malformed key, or two keys for
 * one device, invalidate the whole URI: half of a damaged URI must verify nobody.
 * @returns null when it is not a valid device URI
 */
export function parseDeviceAddress(uri: string): DeviceAddress | null {
  if (typeof uri !== "string" || uri.length > MAX_DEVICE_ADDRESS) return null;
  const parts = /^xmpp:([^/?#][^/?#]*)\?([^#]*)(?:#.*)?$/i.exec(uri.trim());
  const jid = tryJid(decode(parts?.[1] ?? ""));
  if (parts === null || jid === null || !isBare(jid)) return null;
  const keys = readKeys(parts[2] ?? "");
  return keys === null || keys.length === 0 ? null : { jid, keys };
}

/** RFC 5122 §2.3 separates parameters by `;`; some generators use `&`. */
function readKeys(query: string): DeviceKey[] | null {
  const keys = new Map<number, string>();
  for (const pair of query.split(/[;&]/)) {
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (name === null || !name.toLowerCase().startsWith(KEY)) continue;
    const digits = name.slice(KEY.length);
    const device = /^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : Infinity;
    const fingerprint = equals === -1 ? "" : (decode(pair.slice(equals + 1))?.toLowerCase() ?? "");
    if (device > MAX_DEVICE || !FINGERPRINT.test(fingerprint)) return null;
    if ((keys.get(device) ?? fingerprint) !== fingerprint) return null;
    keys.set(device, fingerprint);
  }
  return [...keys].map(([device, fingerprint]) => ({ device, fingerprint }));
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
