/** Has no imports, so that the window can use it. */

/** Why a message has no text that could be read. Each has a sentence `unreadable.<reason>` in the catalogue. */
export const unreadableReasons = [
  "too-many-attributes", // more than the parser accepts
  "too-deep",
  "too-many-elements",
  "not-xml", // characters, entities or names that XML does not allow
  "not-handled", // a handler threw
  "call", // a proposed call (XEP-0353): we cannot take any
  "encrypted", // with a method that we do not support (XEP-0380)
] as const;
