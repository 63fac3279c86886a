/**
 * What stands in the place of a message that could not be read. One entry for each of `unreadableReasons` in
 * shared/unreadable-reasons.ts.
 */
export const unreadable = {
  "too-many-attributes":
    "A message came that could not be read: it is built so as to overload programs (too many attributes).",
  "too-deep": "A message came that could not be read: it is built so as to overload programs (nested too deeply).",
  "too-many-elements":
    "A message came that could not be read: it is built so as to overload programs (too many elements).",
  "not-xml": "A message came that could not be read: it contains characters that are not allowed.",
  "not-handled": "A message came that could not be read: Jackdaw failed to process it.",
  call: "Tried to call you. Jackdaw cannot take calls yet.",
  callFrom: "{{name}} tried to call you. Jackdaw cannot take calls yet.",
  encrypted: "This message is encrypted in a way that Jackdaw cannot read.",
  encryptedWith: "This message is encrypted with {{method}}, which Jackdaw cannot read.",
} as const;
