/** Warum ein Konto nicht verbunden ist und warum ein Befehl misslang: was geschah und was zu tun ist. */
import type { error as englishError, problem as englishProblem, problemTitle as englishTitle } from "../en/problems.ts";
import type { Translation } from "../types.ts";

export const problemTitle: Translation<typeof englishTitle> = {
  "wrong-password": "Falsches Passwort",
  "account-disabled": "Konto gesperrt",
  "not-encrypted": "Keine Verschlüsselung",
  "tls-injection": "Verbindung manipuliert",
  "certificate-untrusted": "Unbekanntes Zertifikat",
  "certificate-expired": "Zertifikat abgelaufen",
  "certificate-not-yet-valid": "Zertifikat noch nicht gültig",
  "certificate-wrong-name": "Zertifikat für einen anderen Namen",
  "certificate-changed": "Das Zertifikat hat sich geändert",
  "tls-failed": "Sichere Verbindung misslungen",
  "unknown-host": "Server nicht gefunden",
  refused: "Verbindung abgelehnt",
  unreachable: "Kein Netz",
  timeout: "Keine Antwort",
  "no-mechanism": "Keine Anmeldung möglich",
  downgrade: "Schwächere Anmeldung als zuvor",
  "server-signature": "Der Server hat sich nicht ausgewiesen",
  "temporary-auth-failure": "Anmeldung gerade nicht möglich",
  conflict: "Von einem anderen Programm abgelöst",
  "policy-violation": "Vom Server getrennt",
  "see-other-host-loop": "Im Kreis geschickt",
  "system-shutdown": "Der Server fährt herunter",
  "resource-constraint": "Server überlastet",
  "not-authorized-stream": "Vom Server nicht zugelassen",
  "bad-xml": "Unlesbare Antwort",
  "stream-error": "Fehler des Servers",
  "connection-lost": "Verbindung abgebrochen",
};

export const problem: Translation<typeof englishProblem> = {
  "wrong-password": "Der Server nimmt dieses Passwort nicht an. Prüfe es und gib es noch einmal ein.",
  "account-disabled": "Dein Server hat dieses Konto gesperrt. Wende dich an den Betreiber des Servers.",
  "not-encrypted":
    "Der Server bietet keine verschlüsselte Verbindung an. Dein Passwort wurde deshalb nicht gesendet. Prüfe Host und Port, oder frag beim Betreiber des Servers nach.",
  "tls-injection":
    "Jemand hat Daten in die Verbindung geschmuggelt, bevor sie verschlüsselt war. Es wurde nichts gesendet. Versuche es aus einem anderen Netz.",
  "certificate-untrusted":
    "Für das Zertifikat dieses Servers bürgt niemand, dem dein Rechner vertraut. Bei selbst betriebenen Servern ist das oft so, bei Angriffen aber auch. Vergleiche den Fingerabdruck, bevor du weitermachst.",
  "certificate-expired":
    "Das Zertifikat des Servers ist abgelaufen. Der Betreiber muss es erneuern. Wenn du den Grund kennst, kannst du ihm trotzdem vertrauen.",
  "certificate-not-yet-valid": "Das Zertifikat des Servers gilt noch nicht. Prüfe zuerst die Uhr deines Rechners.",
  "certificate-wrong-name":
    "Das Zertifikat des Servers wurde für einen anderen Namen ausgestellt. Prüfe die Adresse, oder frag beim Betreiber des Servers nach.",
  "certificate-changed":
    "Der Server zeigt ein anderes Zertifikat als das, dem du vertraut hast. Vielleicht wurde es erneuert, vielleicht hört jemand mit. Frag beim Betreiber des Servers nach, bevor du weitermachst.",
  "tls-failed":
    "Die verschlüsselte Verbindung kam nicht zustande. Prüfe Host, Port und Sicherheit in den erweiterten Einstellungen.",
  "unknown-host": "Einen Server mit diesem Namen gibt es nicht. Prüfe den Teil der Adresse nach dem @.",
  refused: "Der Server nimmt keine Verbindungen an. Vielleicht ist er abgeschaltet, oder Host und Port stimmen nicht.",
  unreachable: "Der Server ist nicht erreichbar. Wahrscheinlich bist du offline.",
  timeout:
    "Der Server hat nicht rechtzeitig geantwortet. Vielleicht ist er überlastet, oder etwas blockiert den Weg dorthin.",
  "no-mechanism":
    "Der Server bietet keine Anmeldung an, die sicher genug ist. Wende dich an den Betreiber des Servers.",
  downgrade:
    "Der Server bietet nur noch eine schwächere Anmeldung an als beim letzten Mal. Vielleicht wurde er neu eingerichtet, vielleicht will jemand dein Passwort. Es wurde nicht gesendet.",
  "server-signature":
    "Der Server konnte nicht beweisen, dass er dein Passwort kennt. Jackdaw hat deshalb aufgelegt. Vielleicht gibt sich jemand als dein Server aus.",
  "temporary-auth-failure": "Der Server kann Passwörter gerade nicht prüfen. Jackdaw versucht es von selbst wieder.",
  conflict:
    "Ein anderes Programm hat sich mit derselben Ressource angemeldet und übernommen. Wähle in den erweiterten Einstellungen eine andere Ressource, oder versuche es erneut.",
  "policy-violation":
    "Der Server hat die Verbindung wegen seiner Regeln beendet. Versuche es später, oder frag beim Betreiber nach.",
  "see-other-host-loop": "Der Server schickt Jackdaw von einer Adresse zur nächsten. Sag es bitte dem Betreiber.",
  "system-shutdown": "Der Server wird neu gestartet oder abgeschaltet. Jackdaw verbindet sich von selbst wieder.",
  "resource-constraint": "Der Server hat gerade zu viel zu tun. Jackdaw versucht es von selbst wieder.",
  "not-authorized-stream": "Der Server hat die Verbindung beendet, weil dieses Konto ihn nicht benutzen darf.",
  "bad-xml":
    "Der Server hat etwas gesendet, das kein gültiges XMPP ist. Jackdaw hat deshalb aufgelegt und versucht es von selbst wieder.",
  "stream-error": "Der Server hat die Verbindung mit einem Fehler beendet. Jackdaw versucht es von selbst wieder.",
  "connection-lost": "Die Verbindung ist abgerissen. Jackdaw versucht es von selbst wieder.",
};

export const error: Translation<typeof englishError> = {
  "bad-arguments": "Das sah nicht richtig aus, deshalb wurde nichts geändert. Prüfe deine Eingabe.",
  "unsendable-text":
    "Darin steckt ein Zeichen, das sich nicht senden lässt, vielleicht ein unsichtbares aus der Zwischenablage. Tippe es stattdessen ein.",
  "unknown-command": "Dieser Teil von Jackdaw passt nicht zum Rest. Starte das Programm bitte neu.",
  forbidden: "Dieses Fenster darf das nicht. Schließe es und öffne Jackdaw erneut.",
  "not-found": "Das gibt es nicht mehr.",
  "store-locked": "Deine Nachrichten sind noch verschlossen. Öffne sie zuerst.",
  "store-not-writable":
    "Gerade kann nichts gespeichert werden. Schaffe Platz auf der Festplatte und versuche es erneut.",
  offline: "Du bist offline. Versuche es wieder, sobald die Verbindung steht.",
  "server-refused": "Der Server hat das abgelehnt.",
  "not-a-room": "Das ist die Adresse einer Person, nicht eines Gruppenchats.",
  timeout: "Der Server hat nicht rechtzeitig geantwortet. Versuche es bitte erneut.",
  "bad-link": "Links dieser Art öffnet Jackdaw nicht.",
  "bad-recovery-key": "Das ist nicht der Schlüssel zu diesen Nachrichten. Prüfe ihn Ziffer für Ziffer.",
  "nickname-changed":
    "Das hast du unter einem anderen Spitznamen geschrieben. Andere sähen die Änderung als zweite Nachricht, deshalb wurde nichts gesendet.",
  "reaction-not-encrypted":
    "Reaktionen lassen sich nicht verschlüsseln, deshalb werden in einem verschlüsselten Chat keine gesendet.",
  "chat-is-encrypted":
    "Dieser Chat ist inzwischen verschlüsselt, deshalb wurde nichts offen gesendet. Sende noch einmal, dann geht es verschlüsselt.",
  "key-has-changed":
    "Der Schlüssel dieses Geräts ist nicht mehr der, den du gesehen hast. Sieh ihn dir noch einmal an, bevor du entscheidest.",
  "bad-device-address": "Das ist keine Adresse mit den Schlüsseln der Geräte dieser Person.",
  busy: "Es wird schon eine Sicherung erstellt oder eingespielt. Warte darauf oder brich sie ab.",
  "file-not-written": "Die Datei ließ sich dort nicht speichern. Prüfe, ob Platz ist und ob du dort schreiben darfst.",
  "file-not-read": "Die Datei ließ sich nicht lesen. Prüfe, ob sie noch da ist.",
  "picture-not-read": "Ein Bild ließ sich nicht lesen. Du kannst es unverändert als Datei senden.",
  "file-not-fetched": "Die Datei ließ sich nicht holen: Sie ist nicht mehr da, oder sie wurde unterwegs verändert.",
  "file-too-large": "Diese Datei ist größer, als dein Server annimmt. Deshalb wurde sie nicht gesendet.",
  "file-disk-full":
    "Auf diesem Computer ist kein Platz, um die Datei bis zum Senden aufzubewahren. Schaffe Platz und versuche es noch einmal.",
  "upload-not-supported": "Dein Server nimmt keine Dateien an, deshalb lassen sich mit diesem Konto keine senden.",
  "not-a-backup": "Diese Datei ist keine Sicherung von Jackdaw.",
  "newer-backup": "Diese Sicherung stammt von einer neueren Version von Jackdaw. Aktualisiere zuerst diese hier.",
  "wrong-passphrase": "Die Passphrase passt nicht zu dieser Sicherung. Prüfe sie Buchstabe für Buchstabe.",
  "damaged-backup":
    "Diese Sicherung ist beschädigt oder unvollständig. Es wurde nichts geändert. Versuche es mit einer anderen Kopie.",
  internal: "In Jackdaw ist etwas schiefgegangen. Es ging nichts verloren; versuche es bitte erneut.",
};
