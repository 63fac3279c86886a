/** The fingerprint of a device for people to read: eight groups of eight hex digits, as in every OMEMO client. */

/**
 * @param fingerprint 64 hex digits, the identity key without its type byte
 * @returns eight groups of eight lower-case digits
 */
export function fingerprintGroups(fingerprint: string): string[] {
  return fingerprint.toLowerCase().match(/.{1,8}/g) ?? [];
}

/** The groups in one line, for copying and searching. */
export const fingerprintText = (fingerprint: string): string => fingerprintGroups(fingerprint).join(" ");
