/** Anwesenheit: was andere von jemandem sehen. */
import type { presence as english } from "../en/presence.ts";
import type { Translation } from "../types.ts";

export const presence: Translation<typeof english> = {
  chat: "Bereit zum Plaudern",
  available: "Verfügbar",
  away: "Abwesend",
  xa: "Länger abwesend",
  dnd: "Nicht stören",
  offline: "Offline",
  own: "Dein Status",
  ownOf: "Status von {{jid}}",
  chooseShow: "Verfügbarkeit",
  statusMessage: "Statusnachricht",
  statusPlaceholder: "Was machst du gerade?",
};
