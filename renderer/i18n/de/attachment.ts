/** Dateien, die verschlüsselt kamen (XEP-0454). */
import type { attachment as english } from "../en/attachment.ts";
import type { Translation } from "../types.ts";

export const attachment: Translation<typeof english> = {
  from: "Verschlüsselte Datei, liegt bei {{host}}",
  show: "Bild zeigen",
  save: "Speichern",
  working: "Datei wird geholt",
  saved: "Gespeichert: {{path}}",
  picture: "Bild {{name}}",
  noPicture: "Das ist kein Bild, das sich zeigen lässt. Du kannst die Datei speichern.",
};
