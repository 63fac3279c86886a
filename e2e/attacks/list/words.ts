/** Attack class "prototype lookup" (finding 6): foreign words that name properties of `Object.prototype`. */
import type { Attack } from "../attack.ts";
import { ownerForm, room } from "./voice.ts";
import { id, toRoom, toVictim } from "./xml.ts";

const WORDS = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
const error = (condition: string): string =>
  `<error type="cancel"><${condition} xmlns="${STANZAS}"/><text xmlns="${STANZAS}">no</text></error>`;

export const words: Attack[] = [
  ...["constructor", "__proto__", "toString"].map((word) =>
    room(`refuses-${word}`.toLowerCase(), `a room that refuses with the condition ${word}`, (voice) =>
      voice.refused(word),
    ),
  ),
  {
    name: "fields of a form whose types are constructor and __proto__",
    where: "component",
    send: async ({ onAsked, victim }) => {
      const jid = "types@crowd.localhost";
      const fieldOf = (one: string): string => `<field var="${one}" type="${one}"><value>${one}</value></field>`;
      const fields = WORDS.map(fieldOf);
      onAsked(jid, ownerForm(fields.join("")));
      await victim.enter(jid);
      await victim.tries("room.configuration", { jid });
    },
  },
  room("roles", "roles and affiliations that are constructor and __proto__", (voice) => {
    const occupants = WORDS.map((one) => {
      const x = `<item affiliation="${one}" role="${one}"/><status code="${one}"/>`;
      return voice.occupant(one, x, `<show>${one}</show>`);
    });
    const item = `<item affiliation="constructor" role="__proto__"/>`;
    const self = voice.occupant(voice.nickname, `${item}<status code="110"/>`);
    return occupants.join("") + self + voice.subject("constructor");
  }),
  {
    name: "errors whose conditions are constructor and __proto__",
    where: "direct message",
    send: (scene) => {
      for (const word of WORDS) toVictim(scene, `<body>hello</body>${error(word)}`, `type="error" id="${id()}"`);
    },
  },
  {
    name: "chat states, reactions and ids that are constructor and __proto__",
    where: "direct message",
    send: (scene) => {
      for (const word of WORDS) {
        toVictim(
          scene,
          `<${word} xmlns="http://jabber.org/protocol/chatstates"/><body>${word}</body>`,
          `type="chat" id="${word}"`,
        );
        toVictim(
          scene,
          `<reactions xmlns="urn:xmpp:reactions:0" id="${word}"><reaction>${word}</reaction></reactions>`,
        );
        toVictim(scene, `<replace xmlns="urn:xmpp:message-correct:0" id="${word}"/><body>${word}</body>`);
      }
    },
  },
  {
    name: "nicknames that are constructor and __proto__",
    where: "room message",
    send: ({ write, room: hall }) => {
      for (const word of [...WORDS, "Mallory"]) write(`<presence to="${hall}/${word}"/>`);
    },
  },
  {
    name: "shows and priorities that are constructor and __proto__",
    where: "presence",
    send: ({ write, victim }) => {
      for (const word of WORDS) {
        write(`<presence to="${victim.full}"><show>${word}</show><priority>${word}</priority></presence>`);
      }
    },
  },
  {
    name: "a contact's resources, and their clients, that are constructor and __proto__",
    where: "component",
    send: ({ component, victim }) => {
      for (const word of WORDS) {
        const caps = `<c xmlns="http://jabber.org/protocol/caps" hash="${word}" node="${word}" ver="${word}"/>`;
        component(`<presence from="${word}@crowd.localhost/${word}" to="${victim.full}">${caps}</presence>`);
      }
    },
  },
  {
    name: "types of messages that are constructor and __proto__",
    where: "room message",
    send: (scene) => {
      for (const word of WORDS) {
        toRoom(scene, `<body>${word}</body><${word} xmlns="urn:xmpp:message-moderate:1"/>`, `id="${word}"`);
      }
    },
  },
];
