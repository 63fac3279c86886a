/** Wörter, die jede Ansicht braucht. */
import type { common as english } from "../en/common.ts";
import type { Translation } from "../types.ts";

export const common: Translation<typeof english> = {
  appName: "Jackdaw",
  back: "Zurück",
  cancel: "Abbrechen",
  close: "Schließen",
  copy: "Kopieren",
  copied: "In die Zwischenablage kopiert",
  dismiss: "Ausblenden",
  loading: "Wird geladen",
  notifications: "Mitteilungen",
  save: "Speichern",
  saved: "Gespeichert",
  skipToChat: "Zur Unterhaltung springen",
  tryAgain: "Erneut versuchen",
  sidebar: "Chats",
  conversation: "Unterhaltung",
  details: "Details",
  search: "Suchen",
  openSettings: "Einstellungen",
  nothingOpen: "Such dir eine Unterhaltung aus",
  nothingOpenHint: "Wähle links einen Chat aus, oder drücke {{shortcut}}, um zu jemandem zu springen.",
  startFailed: "Jackdaw konnte nicht starten",
  ended: "Diese Seite ist nicht mehr mit Jackdaw verbunden",
  endedWhy:
    "Jackdaw wurde beendet oder neu gestartet, oder ein anderes Programm hat unter dieser Adresse seinen Platz eingenommen. Diesem Programm wurde nichts von dir geschickt.",
  endedHint: "Starte Jackdaw erneut und benutze das Fenster, das es öffnet. Diese Seite kannst du schließen.",
};
