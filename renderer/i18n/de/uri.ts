/** Fragen zu `xmpp:`-Adressen: was sie tun würden. */
import type { uri as english } from "../en/uri.ts";
import type { Translation } from "../types.ts";

export const uri: Translation<typeof english> = {
  "title-open": "Den Chat mit {{name}} öffnen?",
  "text-open": "Der Link führt zu dieser Adresse. Gesendet wird nichts.",
  "do-open": "Chat öffnen",
  "title-write": "An {{name}} schreiben?",
  "text-write":
    "Der Link bringt eine Nachricht mit. Sie kommt in das Eingabefeld, wo du sie ändern kannst. Gesendet wird sie erst, wenn du sie abschickst.",
  "do-write": "Ins Eingabefeld",
  message: "Nachricht",

  "title-add": "{{name}} zu deinen Kontakten hinzufügen?",
  "text-add": "{{name}} wird gefragt, ob ihr euren Status voneinander sehen dürft, und erfährt deine Adresse.",
  "do-add": "Hinzufügen",
  "title-known": "{{name}} ist schon in deinen Kontakten",
  "text-known": "Der Link fügt einen Kontakt hinzu, den du schon hast. Es ändert sich nichts.",
  "title-own": "Das ist deine eigene Adresse",
  "text-own": "Niemand muss sich selbst hinzufügen oder fragen.",
  invites: "Der Link ist eine Einladung. Ihr Code wird mitgeschickt, damit {{name}} dich nicht von Hand annehmen muss.",

  "title-ask": "{{name}} um den Status bitten?",
  "text-ask": "{{name}} wird gefragt, ob du den Online-Status sehen darfst, und erfährt deine Adresse.",
  "do-ask": "Bitten",
  "title-sees": "Du siehst den Status von {{name}} schon",
  "text-sees": "Der Link bittet um etwas, das du schon hast. Es ändert sich nichts.",
  "title-stop": "Den Status von {{name}} nicht mehr sehen?",
  "text-stop":
    "Du siehst nicht mehr, wann {{name}} online ist. Um das wieder zu sehen, musst du neu bitten. {{name}} bleibt in deinen Kontakten.",
  "do-stop": "Nicht mehr sehen",
  stopped: "Du siehst den Status von {{name}} nicht mehr",
  "title-unseen": "Du siehst den Status von {{name}} nicht",
  "text-unseen": "Der Link beendet etwas, das es nicht gibt. Es ändert sich nichts.",
  "title-remove": "{{name}} entfernen?",
  "text-remove":
    "{{name}} verschwindet aus deiner Kontaktliste, und ihr seht euren Status nicht mehr voneinander. Eure Nachrichten bleiben.",
  "do-remove": "Entfernen",
  "title-stranger": "{{name}} ist nicht in deinen Kontakten",
  "text-stranger": "Der Link entfernt einen Kontakt, den du nicht hast. Es ändert sich nichts.",

  "title-verify": "Die Geräte von {{name}} prüfen?",
  "text-verify":
    "Der Link nennt die Schlüssel dieser Geräte. Sie werden mit den Schlüsseln verglichen, die hier verwendet werden; was übereinstimmt, gilt als geprüft.",
  verifyWarning:
    "Fahr nur fort, wenn du weißt, dass der Link von {{name}} kommt: selbst gezeigt oder von einer Seite, die sonst niemand ändern kann. Wer ihn unterwegs ändern konnte, könnte dir andere Geräte unterschieben.",
  "do-verify": "Prüfen",
  "title-damaged": "Dieser Link ist beschädigt",
  "text-damaged":
    "Mit ihm sollten Geräte geprüft werden, aber seine Schlüssel lassen sich nicht lesen. Keiner gilt als geprüft.",

  "title-join": "Den Gruppenchat {{name}} betreten?",
  "text-join": "Du wirst gefragt, unter welchem Namen, und alle dort sehen dich kommen.",
  "do-join": "Betreten …",
  "title-register": "Ein Konto bei {{server}} anlegen?",
  "text-register":
    "Der Server wird gefragt, wie man dort ein Konto anlegt. Du siehst sein Formular, bevor etwas gesendet wird.",
  "do-register": "Konto anlegen",
  newAccount: "Lieber ein neues Konto anlegen",
  "title-invited": "{{name}} lädt dich ein",
  "text-invited":
    "Du kannst ein Konto bei {{server}} anlegen, dann ist {{name}} dein erster Kontakt. Hast du schon ein Konto, melde dich damit an und öffne den Link noch einmal.",
  invitesToServer: "Der Link ist eine Einladung. Ihr Code geht an {{server}}, damit du dort ein Konto bekommst.",
  "title-command": "Einen Befehl von {{name}} ausführen?",
  "text-command":
    "{{name}} führt ihn für dein Konto aus, sofort oder nach Rückfragen. Was er bewirkt, bestimmt {{name}}.",
  "do-command": "Ausführen",
  "title-commands": "Die Befehle von {{name}} ansehen?",
  "text-commands":
    "{{name}} wird gefragt, welche Befehle es für dein Konto gibt. Ausgeführt wird erst, was du auswählst.",
  "do-commands": "Befehle zeigen",
  "title-info": "Ansehen, was {{name}} ist und kann?",
  "text-info": "{{name}} wird nach sich selbst gefragt und erfährt deine Adresse.",
  "do-info": "Ansehen",
  "title-items": "Ansehen, was zu {{name}} gehört?",
  "text-items": "{{name}} wird gefragt, was dazugehört, und erfährt deine Adresse.",
  "do-items": "Ansehen",
  "title-subscribeNode": "Einen Knoten von {{name}} abonnieren?",
  "text-subscribeNode":
    "{{name}} schickt deinem Konto dann, was dort veröffentlicht wird, und kennt deine Adresse. Jackdaw zeigt es nicht an; andere Programme mit diesem Konto vielleicht.",
  "do-subscribeNode": "Abonnieren",
  "title-unsubscribeNode": "Einen Knoten von {{name}} abbestellen?",
  "text-unsubscribeNode": "{{name}} schickt deinem Konto dann nicht mehr, was dort veröffentlicht wird.",
  "do-unsubscribeNode": "Abbestellen",
  "title-retrieve": "Lesen, was {{name}} veröffentlicht hat?",
  "text-retrieve": "Es wird einmal geholt und als Text gezeigt. {{name}} erfährt deine Adresse.",
  "do-retrieve": "Lesen",
  "title-vcard": "Die Visitenkarte von {{name}} ansehen?",
  "text-vcard":
    "Der Server von {{name}} wird gefragt, was {{name}} dort angibt, etwa Name und E-Mail-Adresse. Er erfährt deine Adresse.",
  "do-vcard": "Karte zeigen",
  "title-unknown": "Dieser Link verlangt etwas Unbekanntes",
  "text-unknown": "Jackdaw weiß nicht, was „{{verb}}“ bedeutet, und tut nichts. Du kannst die Adresse kopieren.",
  "title-unreadable": "Dieser Link lässt sich nicht lesen",
  "text-unreadable": "Er fängt an wie eine Adresse von XMPP, ist aber keine. Es wurde nichts getan.",
  "title-signedOut": "Melde dich zuerst an",
  "text-signedOut": "Um diesen Link zu verwenden, melde dich mit einem Konto an und öffne ihn dann noch einmal.",
  link: "Link",
  openLink: "Den Link {{uri}} öffnen",
};
