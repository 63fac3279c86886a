/** Dateien in Nachrichten. */
import type {
  attachment as english,
  document as englishDocument,
  files as englishFiles,
  gallery as englishGallery,
  viewer as englishViewer,
  voice as englishVoice,
} from "../en/attachment.ts";
import type { Translation } from "../types.ts";

export const attachment: Translation<typeof english> = {
  from: "liegt bei {{host}}",
  encrypted: "Verschlüsselt",
  show: "Bild zeigen",
  showNamed: "Bild {{name}} zeigen",
  look: "Ansehen",
  lookNamed: "{{name}} ansehen",
  save: "Speichern",
  saveNamed: "{{name}} speichern",
  working: "Datei wird geholt",
  stop: "Animation von {{name}} anhalten",
  animate: "Animation von {{name}} abspielen",
  saved: "Gespeichert: {{path}}",
  alt: "Bild {{name}}",
  open: "Öffnen",
  folder: "Im Ordner zeigen",
  folderNamed: "{{name}} im Ordner zeigen",
  openTitle: "{{name}} öffnen?",
  openText:
    "Diese Datei kann ein Programm auf deinem Computer ausführen. Öffne sie nur, wenn du sie erwartet hast und sicher weißt, wer sie gesendet hat.",
  openAnyway: "Trotzdem öffnen",
  openNamed: "{{name}} öffnen",
  cancelNamed: "{{name}} nicht mehr holen",
  play: "Abspielen",
  pause: "Anhalten",
  playNamed: "{{name}} abspielen",
  place: "Stelle in der Aufnahme",
  speed: "Tempo: {{speed}}-fach",
  soundNamed: "Aufnahme {{name}}",
  videoNamed: "Video {{name}}",
  doesNotPlay: "Jackdaw kann diese Datei nicht abspielen. Du kannst sie speichern.",
  noPicture: "Das ist kein Bild, das sich zeigen lässt. Du kannst die Datei speichern.",
  notUploaded: "Noch nicht hochgeladen",
  notThere: "Sie liegt, wo Jackdaw sie nicht holen kann.",
  picture: "Foto",
  video: "Video",
  audio: "Sprachnachricht",
  file: "Datei",
  several_one: "{{count}} Datei",
  several_other: "{{count}} Dateien",
  uploading: "Hochladen",
  uploadWaits: "Wartet auf das Hochladen",
  uploadedOf: "{{sent}} von {{total}}",
  perSecond: "{{amount}}/s",
  timeLeft_one: "noch {{count}} s",
  timeLeft_other: "noch {{count}} s",
};

/** Alle Dateien und Links eines Chats. */
export const gallery: Translation<typeof englishGallery> = {
  title: "Fotos, Dateien und Links",
  scope: "Welche Chats",
  thisChat: "Dieser Chat",
  allChats: "Alle Chats",
  visual: "Medien",
  audio: "Sprache",
  documents: "Dateien",
  links: "Links",
  loading: "Wird geladen",
  noVisual: "Noch keine Fotos oder Videos.",
  noAudio: "Noch keine Sprachnachrichten.",
  noDocuments: "Noch keine Dateien.",
  starred: "Mit Stern",
  noStarred: "Noch keine Nachricht hat einen Stern. Du gibst ihn in ihrem Menü.",
  noLinks: "Noch keine Links.",
};

/** Ein Bild oder Video im ganzen Fenster. */
export const viewer: Translation<typeof englishViewer> = {
  title: "Bild {{name}}",
  previous: "Vorheriges",
  next: "Nächstes",
  larger: "Größer",
  smaller: "Kleiner",
  copy: "Bild kopieren",
  copied: "Das Bild ist in der Zwischenablage",
  share: "In einem anderen Chat teilen",
  jump: "Im Chat zeigen",
};

/** Ein Dokument im ganzen Fenster. */
export const document: Translation<typeof englishDocument> = {
  title: "Dokument {{name}}",
  unfit: "Diese Datei lässt sich hier nicht zeigen. Du kannst sie speichern.",
  locked: "Dieses Dokument ist mit einem Passwort gesperrt. Speichere es und öffne es mit einem anderen Programm.",
  cut: "Gezeigt werden die ersten {{shown}} von {{size}}. Speichere die Datei, um alles zu lesen.",
  page: "{{number}} / {{count}}",
  pageLabel: "Seite {{number}}",
  pageBroken: "Diese Seite lässt sich nicht zeigen.",
};

/** Sprachnachrichten aufnehmen. */
export const voice: Translation<typeof englishVoice> = {
  record: "Sprachnachricht aufnehmen",
  recording: "Sprachnachricht",
  starting: "Mikrofon wird geöffnet",
  length: "Aufgenommen: {{length}}",
  pause: "Pause",
  goOn: "Weiter aufnehmen",
  stop: "Beenden und anhören",
  listen: "Anhören",
  cancel: "Aufnahme verwerfen",
  send: "Sprachnachricht senden",
  fileName: "Sprachnachricht",
  denied: "Jackdaw darf das Mikrofon nicht benutzen. Erlaube es in den Einstellungen deines Systems oder Browsers.",
  none: "Es wurde kein Mikrofon gefunden.",
  failed: "Die Aufnahme ist fehlgeschlagen.",
};

/** Dateien für eine Nachricht wählen. */
export const files: Translation<typeof englishFiles> = {
  attach: "Dateien anhängen",
  choose: "Dateien zum Anhängen",
  tray: "Dateien zum Senden",
  remove: "{{name}} entfernen",
  earlier: "{{name}} nach links verschieben",
  later: "{{name}} nach rechts verschieben",
  size: "Größe der Bilder",
  original: "Originalgröße",
  large: "Groß (2.048 Pixel)",
  small: "Klein (1.024 Pixel)",
  asFiles: "Als Dateien, unverändert",
  sizeHint: "Ort, Zeit und Gerät werden aus Bildern entfernt.",
  asFilesHint: "Bilder behalten alles, was die Kamera hineingeschrieben hat, auch den Ort.",
  preparing_one: "Datei wird vorbereitet",
  preparing_other: "Datei {{number}} von {{count}} wird vorbereitet",
  dropHere: "Dateien hier ablegen",
  dropFor: "für {{name}}",
  tooMany_one: "Eine Nachricht fasst {{most}} Dateien, also wurde eine weggelassen.",
  tooMany_other: "Eine Nachricht fasst {{most}} Dateien, also wurden {{count}} weggelassen.",
  caption: "Bildunterschrift schreiben",
};
