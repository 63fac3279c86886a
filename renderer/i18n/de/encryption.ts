/**
 * Ende-zu-Ende-Verschlüsselung (OMEMO): der Schalter eines Chats, die Zeichen an Nachrichten, Geräte und ihre
 * Schlüssel.
 */
import type {
  decryption as englishDecryption,
  decryptionAdvice as englishAdvice,
  decryptionMeaning as englishMeaning,
  encryption as englishEncryption,
} from "../en/encryption.ts";
import type { Translation } from "../types.ts";

export const encryption: Translation<typeof englishEncryption> = {
  title: "Verschlüsselung",
  menu: "Verschlüsselung dieses Chats",
  isOn: "Verschlüsselung ist an",
  isOff: "Verschlüsselung ist aus",
  isImpossible: "Verschlüsselung nicht möglich: {{name}} hat kein Gerät dafür",
  isStuck: "Verschlüsselung ist an, aber {{name}} hat kein Gerät, das sie lesen könnte",
  on: "Ende-zu-Ende-verschlüsselt",
  onHint: "Nur du und {{name}} können lesen, was du schreibst.",
  impossibleHint: "{{name}} benutzt noch keine App, die das kann.",
  stuckHint: "{{name}} hat gerade kein Gerät, das es lesen könnte. Was du schreibst, wartet auf deine Entscheidung.",
  off: "Nicht verschlüsselt",
  offHint: "Wer die Server betreibt, kann lesen, was du schreibst.",
  devicesOf: "Geräte und Schlüssel von {{name}}",
  ownDevices: "Meine Geräte und Schlüssel",
  writeOn: "Verschlüsselte Nachricht",
  writeOff: "Unverschlüsselte Nachricht",
  offTitle: "{{name}} unverschlüsselt schreiben?",
  offText:
    "Ab jetzt kann jeder, der die Server auf dem Weg betreibt oder in sie einbricht, lesen, was du in diesem Chat schreibst. Was bisher geschrieben wurde, bleibt, wie es ist.",
  offConfirm: "Verschlüsselung abschalten",
  keepOn: "Angeschaltet lassen",

  encrypted: "verschlüsselt",
  verified: "verschlüsselt, von einem geprüften Gerät",
  notEncrypted: "unverschlüsselt",
  notEncryptedHint:
    "Diese Nachricht kam unverschlüsselt in einen verschlüsselten Chat. Andere konnten sie lesen, oder sie ist gar nicht echt.",
  fromUndecided: "unbekanntes Gerät",
  fromUndecidedHint:
    "Als sie kam, hattest du noch nicht entschieden, ob du dem Gerät vertraust, auf dem sie geschrieben wurde.",
  fromDistrusted: "abgelehntes Gerät",
  fromDistrustedHint: "Du vertraust dem Gerät nicht, auf dem sie geschrieben wurde.",

  details: "Details",
  detailsTitle: "Warum diese Nachricht nicht lesbar ist",
  device: "Gerät",
  written: "Geschrieben",
  from: "Von",
  meaning: "Was das bedeutet",
  advice: "Was du tun kannst",
  askAgain: "Um erneutes Senden bitten",
  askAgainText: "Ich konnte deine Nachricht von {{time}} nicht lesen. Kannst du sie bitte noch einmal senden?",
  renew: "Verschlüsselung neu beginnen",
  renewed: "Die Verschlüsselung mit diesem Gerät beginnt neu",

  plain: "Unverschlüsselt senden",
  plainTitle: "Diese Nachricht unverschlüsselt senden?",
  plainText:
    "Die Verschlüsselung dieses Chats wird abgeschaltet, und die Nachricht steht wieder im Eingabefeld. Sendest du sie von dort, kann jeder sie lesen, der die Server betreibt.",

  newDevice_one: "Neues Gerät von {{name}}",
  newDevice_other: "{{count}} neue Geräte von {{name}}",
  newDeviceText:
    "Du hast {{name}} geprüft. Ein neues Gerät bekommt deine Nachrichten deshalb erst, wenn du es erlaubst.",
  decide: "Ansehen und entscheiden",
  keyChanged: "Ein Gerät von {{name}} zeigt einen anderen Schlüssel",
  keyChangedText: "Vielleicht wurde die App neu eingerichtet, vielleicht gibt sich jemand als {{name}} aus.",
  look: "Ansehen",

  devicesTitle: "Geräte von {{name}}",
  devicesText:
    "Jedes Gerät hat einen eigenen Schlüssel. Vergleicht einmal seinen Fingerabdruck, persönlich oder am Telefon, dann kann sich niemand als {{name}} ausgeben.",
  noDevices: "{{name}} hat kein Gerät, das verschlüsseln kann.",
  loadFailed: "Die Geräte konnten nicht gelesen werden",
  unnamed: "Gerät {{id}}",
  idOf: "Nr. {{id}}",
  thisDevice: "Dieses Gerät",
  "trust-verified": "Geprüft",
  "trust-trusted": "Nicht geprüft",
  "trust-undecided": "Wartet auf deine Entscheidung",
  "trust-distrusted": "Abgelehnt",
  "trustHint-verified": "Du hast seinen Schlüssel verglichen.",
  "trustHint-trusted": "Es bekommt deine Nachrichten. Sein Schlüssel wurde noch nicht verglichen.",
  "trustHint-undecided": "Es bekommt keine deiner Nachrichten, bis du entscheidest.",
  "trustHint-distrusted": "Es bekommt keine deiner Nachrichten.",
  lastUsed: "Letzte Nachricht {{date}}",
  neverUsed: "Noch keine Nachricht",
  since: "bekannt seit {{date}}",
  noKey: "Sein Schlüssel konnte noch nicht gelesen werden.",
  "bundle-missing":
    "Dieses Gerät veröffentlicht keine Schlüssel, deshalb lässt sich nichts dafür verschlüsseln. Es hilft, seine App einmal zu öffnen.",
  "bundle-bad":
    "Die Schlüssel, die dieses Gerät veröffentlicht, sind ungültig, deshalb lässt sich nichts dafür verschlüsseln. Seine App muss aktualisiert oder neu eingerichtet werden.",
  fingerprint: "Fingerabdruck",
  copyFingerprint: "Fingerabdruck kopieren",
  verify: "Prüfen",
  verifyText:
    "Lass dir von {{name}}, persönlich oder am Telefon, den Fingerabdruck nennen, den die App dort für dieses Gerät zeigt. Sind alle acht Gruppen gleich?",
  verifyOwnText: "Öffne den Fingerabdruck auf deinem anderen Gerät. Sind alle acht Gruppen gleich?",
  same: "Alles gleich",
  different: "Etwas ist anders",
  trustIt: "Ungeprüft vertrauen",
  distrust: "Nicht vertrauen",
  trustAgain: "Wieder vertrauen",
  nowVerified: "Das Gerät ist geprüft",
  nowTrusted: "Dem Gerät wird vertraut",
  nowDistrusted: "Dem Gerät wird nicht mehr vertraut",
  inactive_one: "{{count}} Gerät, das nicht mehr benutzt wird",
  inactive_other: "{{count}} Geräte, die nicht mehr benutzt werden",
  remove: "Entfernen",
  removeTitle: "{{name}} entfernen?",
  removeText:
    "Neue Nachrichten werden nicht mehr dafür verschlüsselt. Ist seine App noch irgendwo angemeldet, kann es wiederkommen: Melde es auch dort ab.",
  removeConfirm: "Gerät entfernen",
  removed: "{{name}} wurde entfernt",

  alarmTitle: "Dieses Gerät zeigt einen anderen Schlüssel",
  alarmText:
    "Das kommt vor, wenn die App von {{name}} neu eingerichtet wurde. Genau so sieht es aber auch aus, wenn sich jemand als {{name}} ausgibt. Bis du entscheidest, bekommt das Gerät keine deiner Nachrichten, und was es sendet, gilt nicht.",
  oldKey: "Bisher bekannt",
  newKey: "Jetzt gezeigt",
  accept: "Neuen Schlüssel annehmen",
  acceptTitle: "Hast du {{name}} gefragt?",
  acceptText:
    "Nimm den neuen Schlüssel nur an, wenn {{name}} dir persönlich oder am Telefon gesagt hat, dass er stimmt. Wer ihn hat, kann lesen, was du schreibst.",
  acceptOwnTitle: "Ist das wirklich dein Gerät?",
  acceptOwnText:
    "Nimm den neuen Schlüssel nur an, wenn dein anderes Gerät denselben Fingerabdruck zeigt. Wer ihn hat, kann lesen, was du schreibst.",
  acceptConfirm: "Ich habe verglichen: annehmen",
  accepted: "Der neue Schlüssel ist angenommen",

  codeTitle: "Mit einem QR-Code prüfen",
  codeText:
    "Hol dir den Code von {{name}}, während ihr euch seht oder hört. Ein Bild, das nur als Nachricht kommt, beweist wenig.",
  codeOwnText: "Öffne den Code auf deinem anderen Gerät und mach ein Bild davon.",
  codePicture: "Bild öffnen",
  codeScreen: "Vom Bildschirm lesen",
  codePaste: "Oder ein Bild oder eine Adresse einfügen",
  codePlaceholder: "xmpp:…",
  codeCheck: "Prüfen",
  codeReading: "Der Code wird gesucht",
  codeNone: "In diesem Bild ist kein QR-Code zu finden. Versuche es mit einem schärferen oder größeren.",
  codeScreenFailed: "Der Bildschirm konnte nicht gelesen werden.",
  resultVerified_one: "{{count}} Gerät ist jetzt geprüft.",
  resultVerified_other: "{{count}} Geräte sind jetzt geprüft.",
  resultDifferentTitle: "Die Schlüssel stimmen nicht überein",
  resultDifferent:
    "Der Code nennt für {{devices}} einen anderen Schlüssel als den, der hier benutzt wird. Vielleicht gibt sich jemand als {{name}} aus. Vertraue dem Gerät nicht, bevor du den Grund kennst.",
  resultUnknown_one: "{{count}} Gerät aus dem Code ist hier noch nicht bekannt.",
  resultUnknown_other: "{{count}} Geräte aus dem Code sind hier noch nicht bekannt.",

  pageText:
    "Mit OMEMO bleibt zwischen dir und deinem Gegenüber, was ihr schreibt. Nicht einmal dein Server kann es lesen.",
  chats: "Chats",
  byDefault: "Von der ersten Nachricht an verschlüsseln",
  byDefaultHint:
    "Überall, wo die App deines Gegenübers das kann. Jeder Chat hat ein Schloss, mit dem du es an- und abschaltest.",
  ownText: "Andere sehen diesen Fingerabdruck in ihrer App. Sie können ihn vergleichen oder den Code scannen.",
  code: "QR-Code mit den Schlüsseln von {{jid}}",
  copyAddress: "Als Adresse kopieren",
  otherDevices: "Deine anderen Geräte",
  otherDevicesText: "Sie lesen alles mit, was du schreibst und bekommst.",
  noOtherDevices: "Kein anderes Gerät dieses Kontos kann verschlüsseln.",
  noOwnKey: "Die Schlüssel dieses Geräts entstehen, wenn sich das Konto zum ersten Mal verbindet.",

  deviceCount_one: "{{count}} Gerät",
  deviceCount_other: "{{count}} Geräte",
  verifiedCount: "{{number}} geprüft",
  openDevices: "Geräte und Schlüssel",
};

export const decryption: Translation<typeof englishDecryption> = {
  "not-for-this-device": "Nicht für dieses Gerät verschlüsselt",
  "own-device": "Auf diesem Gerät geschrieben, aber hier verloren",
  "no-session": "Der Schlüssel zu dieser Nachricht fehlt",
  "session-broken": "Diese Nachricht ließ sich nicht entschlüsseln",
  tampered: "Diese Nachricht wurde unterwegs verändert",
  malformed: "Diese Nachricht ist beschädigt",
  "key-changed": "Von einem Gerät, das einen anderen Schlüssel zeigt",
  "unknown-sender": "Wer das geschrieben hat, ist nicht bekannt",
};

export const decryptionMeaning: Translation<typeof englishMeaning> = {
  "not-for-this-device":
    "Als sie geschrieben wurde, kannte die App des Absenders dieses Gerät noch nicht. Deshalb enthält sie keinen Schlüssel dafür. Bei Nachrichten aus der Zeit, bevor Jackdaw hier eingerichtet wurde, ist das üblich.",
  "own-device":
    "Sie wurde von hier gesendet, bevor die Nachrichten auf diesem Rechner verloren gingen oder das Konto neu eingerichtet wurde. Was ein Gerät sendet, kann es nicht wieder entschlüsseln.",
  "no-session":
    "Die App des Absenders stützt sich auf eine früher vereinbarte Verschlüsselung, die hier nicht mehr bekannt ist. Auch sonst konnte niemand die Nachricht lesen.",
  "session-broken":
    "Die Verschlüsselung mit diesem Gerät ist aus dem Takt, wie es vorkommt, wenn eine Seite aus einer Sicherung wiederhergestellt wurde. Auch sonst konnte niemand die Nachricht lesen.",
  tampered:
    "Ihr Siegel passt nicht zum Inhalt. Sie wurde nach dem Verschlüsseln verändert, aus Versehen oder mit Absicht. Deshalb wird nichts davon gezeigt.",
  malformed:
    "Ihr fehlen Teile, oder sie haben die falsche Form. Wahrscheinlich hat die App, die sie geschrieben hat, einen Fehler.",
  "key-changed":
    "Das Gerät benutzt einen anderen Schlüssel als den, der hier bekannt ist. Vielleicht wurde seine App neu eingerichtet, vielleicht hat jemand anderes das geschrieben.",
  "unknown-sender":
    "Der Gruppenchat sagt nicht, von welcher Adresse sie kommt, und zu den Schlüsseln der Mitglieder passt sie nicht. Welcher Schlüssel sie öffnet, lässt sich deshalb nicht sagen.",
};

export const decryptionAdvice: Translation<typeof englishAdvice> = {
  "not-for-this-device":
    "Vielleicht zeigen deine anderen Geräte sie. Sonst bitte darum, sie noch einmal zu senden; ab jetzt ist dieses Gerät bekannt.",
  "own-device": "Vielleicht zeigen deine anderen Geräte sie. Neue Nachrichten sind nicht betroffen.",
  "no-session": "Jackdaw hat mit diesem Gerät schon neu begonnen. Bitte darum, die Nachricht noch einmal zu senden.",
  "session-broken":
    "Jackdaw repariert die Verschlüsselung von selbst. Bitte darum, die Nachricht noch einmal zu senden.",
  tampered: "Bitte darum, sie noch einmal zu senden. Kommt das öfter vor, frag auf einem anderen Weg nach.",
  malformed:
    "Bitte darum, sie noch einmal zu senden. Kommt das öfter vor, sollte die App auf der anderen Seite aktualisiert werden.",
  "key-changed":
    "Vergleiche den Fingerabdruck mit dem Absender und entscheide, ob du den neuen Schlüssel annimmst. Dann bitte darum, die Nachricht noch einmal zu senden.",
  "unknown-sender":
    "Vielleicht zeigen deine anderen Geräte sie. Sonst bitte im Gruppenchat darum, sie noch einmal zu senden.",
};
