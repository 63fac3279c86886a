/** Building blocks of hostile XML, and ways to deliver them to the victim. */
import type { Attack, Place, Scene } from "../attack.ts";

export const id = (): string => crypto.randomUUID();
export const times = (count: number, text: string | ((index: number) => string)): string =>
  Array.from({ length: count }, (_, index) => (typeof text === "string" ? text : text(index))).join("");

/** Sends a message from the hostile account to the victim. @param content XML */
export const toVictim = ({ victim, write }: Scene, content: string, attributes = `type="chat" id="${id()}"`): void =>
  write(`<message to="${victim.jid}" ${attributes}>${content}</message>`);

/** Sends a message from the hostile account to the room. */
export const toRoom = ({ room, write }: Scene, content: string, attributes = `id="${id()}"`): void =>
  write(`<message to="${room}" type="groupchat" ${attributes}>${content}</message>`);

/** An open access model: a real OMEMO client of the same account requests it for the node too (XEP-0384 §5.3). */
const open =
  `<publish-options><x xmlns="jabber:x:data" type="submit">` +
  `<field var="FORM_TYPE" type="hidden"><value>http://jabber.org/protocol/pubsub#publish-options</value></field>` +
  `<field var="pubsub#access_model"><value>open</value></field></x></publish-options>`;
export const publishes = ({ write }: Scene, node: string, payload: string, item = "current"): void =>
  write(
    `<iq type="set" id="${id()}"><pubsub xmlns="http://jabber.org/protocol/pubsub"><publish node="${node}">` +
      `<item id="${item}">${payload}</item></publish>${open}</pubsub></iq>`,
  );

/** Delivers a payload to the victim, by place. */
export const through: Partial<Record<Place, (scene: Scene, payload: string) => void>> = {
  "direct message": (scene, payload) => toVictim(scene, `<body>hello</body>${payload}`),
  "room message": (scene, payload) => toRoom(scene, `<body>hello</body>${payload}`),
  presence: ({ write, victim, room }, payload) => {
    write(`<presence to="${victim.full}">${payload}</presence>`);
    write(`<presence to="${room}/Mallory">${payload}</presence>`);
  },
  IQ: ({ write, victim }, payload) => {
    write(`<iq type="get" id="${id()}" to="${victim.full}">${payload}</iq>`);
    write(`<iq type="result" id="${id()}" to="${victim.full}">${payload}</iq>`);
  },
  PEP: (scene, payload) =>
    publishes(
      scene,
      "urn:xmpp:avatar:metadata",
      `<metadata xmlns="urn:xmpp:avatar:metadata">${payload}</metadata>`,
      "0123456789012345678901234567890123456789",
    ),
};

/** Repeats an attack with the same payload at several places. */
export function atEach(
  where: readonly (keyof typeof through & Place)[],
  what: string,
  payload: () => string,
): Attack[] {
  return where.map((place) => ({ name: what, where: place, send: (scene) => through[place]!(scene, payload()) }));
}
