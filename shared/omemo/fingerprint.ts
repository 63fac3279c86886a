/**
 * The fingerprint of a device as people read it: eight groups of eight hex digits, the way every OMEMO client shows it.
 */

/**
 * @param fingerprint 64 hex digits, the identity key without its type byte
 * @returns eight groups of eight lower-case digits
 */
export function fingerprintGroups(fingerprint: string): string[] {
  return fingerprint.toLowerCase().match(/.{1,8}/g) ?? [];
}

/** The groups as one line, to be copied and to be searched for by others. */
export const fingerprintText = (fingerprint: string): string => fingerprintGroups(fingerprint).join(" ");
