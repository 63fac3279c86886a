/** Has no imports, so that the window can use it. */

/** Why a message could not be read as a stanza. Each has a sentence `unreadable.<reason>` in the catalogue. */
export const unreadableReasons = [
  "too-many-attributes", // more than the parser accepts
  "too-deep",
  "too-many-elements",
  "not-xml", // characters, entities or names that XML does not allow
  "not-handled", // a handler threw
] as const;
