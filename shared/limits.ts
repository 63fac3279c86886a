/** Limits that the window and the core share. Without imports, so that the window has them without the schemas. */

/** Longest body that we send, in UTF-16 units; servers commonly cut stanzas at 256 kB. */
export const MAX_BODY = 50_000;

/** Changes kept of a room; the oldest go first. */
export const MOST_NOTICES = 200;

/** Longest nickname in a room, in UTF-16 units, and what it may hold. */
export const MAX_NICKNAME = 256;
export const NICKNAME = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
