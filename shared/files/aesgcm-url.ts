/** Writes the address of an encrypted file (XEP-0454); `file-link.ts` reads it. */
import { fileLink } from "./file-link.ts";

/**
 * The URL of an encrypted file that we have uploaded (XEP-0454 §3).
 * @param address where it was uploaded to
 * @param secret IV and key, hex
 * @returns null if it is not an https URL, which must not be converted
 */
export function aesgcmUrl(address: string, secret: { iv: string; key: string }): string | null {
  const url = address.replace(/^https:/i, "aesgcm:") + `#${secret.iv}${secret.key}`;
  return (fileLink(url)?.key ?? null) === null ? null : url;
}
