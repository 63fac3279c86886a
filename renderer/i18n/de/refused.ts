/** Anfragen, die abgelehnt wurden, nachdem sie gesendet waren: was, und warum. */

export const refused = {
  nickname: "Den Spitznamen {{name}} hast du in {{place}} nicht bekommen.",
  subject: "Das Thema von {{place}} wurde nicht geändert.",
  invitation: "{{name}} wurde nicht in {{place}} eingeladen.",
  declined: "{{name}} möchte nicht nach {{place}} kommen.",
  voice: "Du konntest in {{place}} nicht um das Wort bitten.",
  answer: "Deine Antwort an {{name}} hat in {{place}} nicht gegolten.",
  subscription: "Deine Anfrage hat {{place}} nicht erreicht.",
};

export const refusedWhy = {
  taken: "Jemand anderes hat ihn.",
  fixed: "Spitznamen lassen sich dort nicht ändern.",
  forbidden: "Das ist nicht erlaubt.",
  out: "Du bist nicht mehr im Gruppenchat.",
  nobody: "Unter dieser Adresse nimmt das niemand an.",
  "no-server": "Der Server wurde nicht gefunden.",
  silent: "Der Server antwortet nicht.",
  address: "Der Server nimmt diese Adresse nicht an.",
  later: "Davon gab es dort vorerst zu viel. Versuch es später noch einmal.",
  other: "Ein Grund wurde nicht genannt.",
  said: "Der genannte Grund: „{{text}}“",
};
