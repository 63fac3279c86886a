import type { unreadable as english } from "../en/unreadable.ts";

export const unreadable: Record<keyof typeof english, string> = {
  "too-many-attributes":
    "Hier kam eine Nachricht, die sich nicht lesen lässt: Sie ist so gebaut, dass sie Programme überlastet (zu viele Attribute).",
  "too-deep":
    "Hier kam eine Nachricht, die sich nicht lesen lässt: Sie ist so gebaut, dass sie Programme überlastet (zu tief verschachtelt).",
  "too-many-elements":
    "Hier kam eine Nachricht, die sich nicht lesen lässt: Sie ist so gebaut, dass sie Programme überlastet (zu viele Elemente).",
  "not-xml": "Hier kam eine Nachricht, die sich nicht lesen lässt: Sie enthält Zeichen, die nicht erlaubt sind.",
  "not-handled": "Hier kam eine Nachricht, die sich nicht lesen lässt: Jackdaw konnte sie nicht verarbeiten.",
  call: "Wollte dich anrufen. Jackdaw kann noch keine Anrufe annehmen.",
  callFrom: "{{name}} hat versucht, dich anzurufen. Jackdaw kann noch keine Anrufe annehmen.",
  encrypted: "Diese Nachricht ist auf eine Art verschlüsselt, die Jackdaw nicht lesen kann.",
  encryptedWith: "Diese Nachricht ist mit {{method}} verschlüsselt, und das kann Jackdaw nicht lesen.",
};
