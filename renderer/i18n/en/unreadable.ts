/**
 * What stands in the place of a message that is no readable stanza. One entry for each of `unreadableReasons` in
 * shared/reading-problem.ts.
 */
export const unreadable = {
  "too-many-attributes":
    "A message came that could not be read: it is built so as to overload programs (too many attributes).",
  "too-deep": "A message came that could not be read: it is built so as to overload programs (nested too deeply).",
  "too-many-elements":
    "A message came that could not be read: it is built so as to overload programs (too many elements).",
  "not-xml": "A message came that could not be read: it contains characters that are not allowed.",
  "not-handled": "A message came that could not be read: Jackdaw failed to process it.",
} as const;
