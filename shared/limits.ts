/** Limits that the window and the core share. Without imports, so that the window has them without the schemas. */

/** Longest body that we send, in UTF-16 units; servers commonly cut stanzas at 256 kB. */
export const MAX_BODY = 50_000;

/** Names that are shown of those who compose a message in a room; further ones are only counted. */
export const SHOWN_COMPOSERS = 2;

/** Changes kept of a room; the oldest go first. */
export const MOST_NOTICES = 200;

/** Longest nickname in a room, in UTF-16 units, and what it may hold. */
export const MAX_NICKNAME = 256;
export const NICKNAME = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

/** Files of one message, and places that one file can be fetched from; further ones are ignored. */
export const MOST_FILES = 32;
export const MOST_SOURCES = 8;
/** Files that we send at once. */
export const MOST_SENT_FILES = 20;
