/** Reads a typed recovery key: 64 hex digits, in groups, in upper or lower case. */

/** @returns the digits without separators, in lower case */
export const digitsOf = (text: string): string => text.replace(/[\s\-:.]/g, "").toLowerCase();

export const isRecoveryKey = (digits: string): boolean => /^[0-9a-f]{64}$/.test(digits);
