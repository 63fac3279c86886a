/** Imports nothing, so that the window can use it. */

/** Why a message could not be read as a stanza. Each has a sentence `unreadable.<reason>` in the catalogue. */
export const unreadableReasons = [
  "too-many-attributes", // the parser builds none with so many
  "too-deep",
  "too-many-elements",
  "not-xml", // characters, entities or names that XML does not allow
  "not-handled", // handling it failed
] as const;
