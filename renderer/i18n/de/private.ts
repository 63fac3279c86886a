/** Private Nachrichten mit jemandem in einem Raum. */
import type { privately as english } from "../en/private.ts";
import type { Translation } from "../types.ts";

export const privately: Translation<typeof english> = {
  label: "Private Nachricht",
  openRoom: "{{room}} öffnen",
  notice:
    "Das bekommt nur {{name}}, über {{room}}. Es ist ein Spitzname dort, keine eigene Adresse, und nichts hier ist Ende-zu-Ende-verschlüsselt.",
  notInRoom: "Du bist nicht in {{room}}",
  notInRoomText: "Private Nachrichten gehen durch den Gruppenchat, deshalb müsst ihr beide darin sein.",
  gone: "{{name}} ist gerade nicht in {{room}}",
  goneText:
    "Private Nachrichten erreichen nur, wer da ist. Wer diesen Spitznamen als Nächstes nimmt, ist vielleicht jemand anderes.",
  otherNow: "Den Spitznamen {{name}} hat jetzt jemand anderes",
  otherNowText: "Die Nachrichten oben waren mit einer anderen Person. Was du schreibst, geht an die, die jetzt da ist.",
  otherFromHere: "Ab hier hat jemand anderes diesen Spitznamen",
};
