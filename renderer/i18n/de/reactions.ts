import type { reactions as english } from "../en/reactions.ts";
import type { Translation } from "../types.ts";

export const reactions: Translation<typeof english> = {
  to: "Auf die Nachricht von {{name}}, {{time}}, reagieren",
  add: "Reagieren",
  all: "Reaktionen",
  give: "Mit {{emoji}} reagieren",
  takeBack: "{{emoji}} zurücknehmen",
  more: "Weitere Emoji",
  by_one: "{{emoji}}, {{count}} Person",
  by_other: "{{emoji}}, {{count}} Personen",
  byUs: "{{emoji}}, du",
  byUsToo: "{{emoji}}, {{count}} Personen, auch du",
  others_one: "{{count}} weitere Person",
  others_other: "{{count}} weitere",
  inTheClear: "Nicht verschlüsselt",
  cannot: "Reaktionen lassen sich nicht verschlüsseln. Damit niemand mitliest, werden hier keine gesendet.",
  waiting: "Deine Reaktion wartet auf den Versand",
  refused: "Deine Reaktion kam nicht an.",
  notAllowed: "Diese Reaktion wird hier nicht angenommen.",
};
