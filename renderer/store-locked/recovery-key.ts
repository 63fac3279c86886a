/** Reading a recovery key that somebody types: 64 hex digits, in groups, in either case. */

/** @returns the digits without what separates them, in lower case */
export const digitsOf = (text: string): string => text.replace(/[\s\-:.]/g, "").toLowerCase();

export const isRecoveryKey = (digits: string): boolean => /^[0-9a-f]{64}$/.test(digits);
