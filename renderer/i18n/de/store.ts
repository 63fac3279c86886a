/**
 * Der verschlüsselte Speicher: warum er nicht aufging, was zu tun ist, und was es heißt, wenn nichts gespeichert werden
 * kann.
 */
import type { store as english } from "../en/store.ts";
import type { Translation } from "../types.ts";

export const store: Translation<typeof english> = {
  title: "Deine Nachrichten sind verschlossen",
  notWritable: "Nichts kann gespeichert werden",
  "locked-wrong-key":
    "Der Schlüssel in deinem Schlüsselbund passt nicht zur Datei mit deinen Nachrichten. Das kommt vor, wenn die Datei von einem anderen Rechner oder aus einer Sicherung stammt.",
  "locked-key-lost":
    "Der Schlüssel zu deinen Nachrichten fehlt im Schlüsselbund. Ist der Schlüsselbund nur gesperrt, entsperre ihn und versuche es erneut.",
  "locked-damaged":
    "Die Datei mit deinen Nachrichten lässt sich nicht als Datenbank lesen. Vielleicht ist sie beschädigt.",
  "locked-newer":
    "Diese Nachrichten wurden zuletzt mit einer neueren Version von Jackdaw geöffnet. Nach einer Aktualisierung ist alles wieder da.",
  "locked-io":
    "Deine Festplatte lässt Jackdaw die Datei mit deinen Nachrichten nicht lesen. Prüfe, ob der Datenträger da ist und die Datei gelesen werden darf.",
  untouched: "Es wurde nichts geändert oder gelöscht. Die Datei liegt noch hier:",
  detail: "Technische Einzelheit",
  retryHint: "Wenn du die Ursache behoben hast",
  restore: "Wiederherstellungsschlüssel eingeben",
  restoreHint: "64 Stellen, die du dir aus den Einstellungen notiert hast",
  restoreLabel: "Wiederherstellungsschlüssel",
  restorePlaceholder: "0000 0000 0000 0000 …",
  restoreBad: "Ein Wiederherstellungsschlüssel hat genau 64 Stellen, 0 bis 9 und a bis f. Hier sind es {{count}}.",
  restoreSubmit: "Aufschließen",
  afresh: "Neu anfangen",
  afreshHint: "Mit leerem Speicher; die alte Datei bleibt erhalten",
  afreshTitle: "Mit leerem Speicher beginnen?",
  afreshBody:
    "Jackdaw legt die alte Datei unter anderem Namen beiseite und fängt von vorn an. Du meldest dich wieder an, und dein Server liefert, was er noch hat. Findest du den Schlüssel später, lässt sich die alte Datei noch öffnen.",
  afreshConfirm: "Alte Datei beiseitelegen",
  stillLocked: "Es geht noch immer nicht auf.",
  "not-writable-full": "Die Festplatte ist voll. Neue Nachrichten bleiben auf dem Server, bis wieder Platz ist.",
  "not-writable-read-only":
    "Der Datenträger ist schreibgeschützt. Jackdaw zeigt, was da ist, kann aber nichts Neues behalten.",
  "not-writable-io": "Die Festplatte meldet Fehler. Bis sie wieder funktioniert, wird nichts Neues gespeichert.",
};
