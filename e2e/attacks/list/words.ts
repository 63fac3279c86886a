/** Attack class "prototype lookup" (finding 6): foreign words that are names of what every object has. */
import type { Attack } from "../attack.ts";
import { id, times, toRoom, toVictim } from "./xml.ts";

const WORDS = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
const MUC_USER = "http://jabber.org/protocol/muc#user";
const error = (condition: string): string => `<error type="cancel"><${condition} xmlns="${STANZAS}"/><text xmlns="${STANZAS}">no</text></error>`;

export const words: Attack[] = [
  ...WORDS.slice(0, 3).map(
    (word): Attack => ({
      name: `a room that refuses with the condition ${word}`,
      where: "component",
      send: async ({ onEntering, victim }) => {
        const room = `refuses-${word.toLowerCase().replaceAll("_", "")}@crowd.localhost`;
        onEntering(room, (to, nickname) => `<presence type="error" from="${room}/${nickname}" to="${to}">${error(word)}</presence>`);
        await victim.enter(room);
      },
    }),
  ),
  {
    name: "fields of a form whose types are constructor and __proto__",
    where: "component",
    send: async ({ onAsked, victim }) => {
      const room = "types@crowd.localhost";
      const fields = times(WORDS.length, (at) => `<field var="${WORDS[at]!}" type="${WORDS[at]!}" label="${WORDS[at]!}"><value>${WORDS[at]!}</value></field>`);
      onAsked(room, (request) => (request.includes("muc#owner") ? `<query xmlns="http://jabber.org/protocol/muc#owner"><x xmlns="jabber:x:data" type="form">${fields}</x></query>` : null));
      await victim.enter(room);
      await victim.tries("room.configuration", { jid: room });
    },
  },
  {
    name: "roles and affiliations that are constructor and __proto__",
    where: "component",
    send: async ({ onEntering, victim }) => {
      const room = "roles@crowd.localhost";
      onEntering(room, (to, nickname) =>
        times(WORDS.length, (at) => `<presence from="${room}/${WORDS[at]!}" to="${to}"><show>${WORDS[at]!}</show><x xmlns="${MUC_USER}"><item affiliation="${WORDS[at]!}" role="${WORDS[at]!}"/><status code="${WORDS[at]!}"/></x></presence>`) +
        `<presence from="${room}/${nickname}" to="${to}"><x xmlns="${MUC_USER}"><item affiliation="constructor" role="__proto__"/><status code="110"/></x></presence>` +
        `<message type="groupchat" from="${room}" to="${to}"><subject>constructor</subject></message>`);
      await victim.enter(room);
    },
  },
  { name: "errors with the conditions of every object", where: "direct message", send: (scene) => {
    for (const word of WORDS) toVictim(scene, `<body>hello</body>${error(word)}`, `type="error" id="${id()}"`);
  } },
  { name: "chat states, reactions and ids that are constructor and __proto__", where: "direct message", send: (scene) => {
    for (const word of WORDS) {
      toVictim(scene, `<${word} xmlns="http://jabber.org/protocol/chatstates"/><body>${word}</body>`, `type="chat" id="${word}"`);
      toVictim(scene, `<reactions xmlns="urn:xmpp:reactions:0" id="${word}"><reaction>${word}</reaction></reactions>`);
      toVictim(scene, `<replace xmlns="urn:xmpp:message-correct:0" id="${word}"/><body>${word}</body>`);
    }
  } },
  { name: "nicknames that are constructor and __proto__", where: "room message", send: ({ write, room }) => {
    for (const word of [...WORDS, "Mallory"]) write(`<presence to="${room}/${word}"/>`);
  } },
  { name: "shows and priorities of every object", where: "presence", send: ({ write, victim }) => {
    for (const word of WORDS) write(`<presence to="${victim.full}"><show>${word}</show><priority>${word}</priority></presence>`);
  } },
  { name: "a contact's resources, and their clients, that are constructor and __proto__", where: "component", send: ({ component, victim }) => {
    for (const word of WORDS) component(`<presence from="${word.replaceAll("_", "")}@crowd.localhost/${word}" to="${victim.full}"><c xmlns="http://jabber.org/protocol/caps" hash="${word}" node="${word}" ver="${word}"/></presence>`);
  } },
  { name: "types of messages that are constructor and __proto__", where: "room message", send: (scene) => {
    for (const word of WORDS) toRoom(scene, `<body>${word}</body><${word} xmlns="urn:xmpp:message-moderate:1"/>`, `id="${word}"`);
  } },
];
